import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTokenAnswer, tokenRefusals } from '../../../../lib/zoho/token-answer.ts';
import { exchangeRequest, refreshRequest, revokeRequest } from '../../../../lib/zoho/token-requests.ts';

const ACCESS = '1000.aaaa.bbbb';
const REFRESH = '1000.cccc.dddd';

const grant = (more: object = {}) =>
  JSON.stringify({
    access_token: ACCESS,
    refresh_token: REFRESH,
    scope: 'ZohoCRM.modules.ALL ZohoCRM.settings.ALL',
    api_domain: 'https://www.zohoapis.com',
    token_type: 'Bearer',
    expires_in: 3600,
    ...more,
  });

describe('a token request', () => {
  const client = { accountsServer: 'https://accounts.zoho.eu', clientId: '1000.ABC', clientSecret: 's&c=r t' };

  test('an exchange carries everything in its urlencoded body', async () => {
    const request = exchangeRequest(client, '1000.code');
    expect(request.url).toBe('https://accounts.zoho.eu/oauth/v2/token');
    expect(request.method).toBe('POST');
    expect(request.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
    expect(Object.fromEntries(new URLSearchParams(await request.text()))).toEqual({
      grant_type: 'authorization_code',
      client_id: '1000.ABC',
      client_secret: 's&c=r t',
      code: '1000.code',
    });
  });

  test('a refresh names the refresh token', async () => {
    const body = new URLSearchParams(await refreshRequest(client, REFRESH).text());
    expect(body.get('grant_type')).toBe('refresh_token');
    expect(body.get('refresh_token')).toBe(REFRESH);
  });

  test('a revocation keeps the token out of the URL', async () => {
    const request = revokeRequest('https://accounts.zoho.eu', REFRESH);
    expect(request.url).toBe('https://accounts.zoho.eu/oauth/v2/token/revoke');
    expect(new URLSearchParams(await request.text()).get('token')).toBe(REFRESH);
  });
});

describe('a granted answer', () => {
  test('says all it knows', () => {
    expect(readTokenAnswer(200, grant())).toEqual({
      status: 'granted',
      accessToken: ACCESS,
      refreshToken: REFRESH,
      scope: 'ZohoCRM.modules.ALL ZohoCRM.settings.ALL',
      apiDomain: 'https://www.zohoapis.com',
      expiresInSeconds: 3600,
    });
  });

  test('needs nothing but a token, whatever the status', () => {
    expect(readTokenAnswer(500, JSON.stringify({ access_token: ACCESS, scope: null, api_domain: 7 }))).toEqual({
      status: 'granted',
      accessToken: ACCESS,
      expiresInSeconds: 3600,
    });
  });

  test.each([
    [{ expires_in: 1800 }, 1800],
    [{ expires_in: '1800' }, 1800],
    [{ expires_in: 3_600_000, expires_in_sec: 3600 }, 3600],
    [{ expires_in: 600_000, expires_in_sec: 600 }, 600],
    [{ expires_in: 3_600_000 }, 3600],
    [{ expires_in: 'soon' }, 3600],
    [{ expires_in: undefined }, 3600],
    [{ expires_in: -5 }, 0],
  ])('%j lives %i seconds', (life, expiresInSeconds) => {
    expect(readTokenAnswer(200, grant(life))).toMatchObject({ expiresInSeconds });
  });
});

describe('a refusal', () => {
  test.each(tokenRefusals)('%s is final, with HTTP 200 and with 400', (code) => {
    expect(readTokenAnswer(200, JSON.stringify({ error: code }))).toEqual({ status: 'refused', code });
    expect(readTokenAnswer(400, JSON.stringify({ error: code }))).toEqual({ status: 'refused', code });
  });

  test.each([
    [
      'the throttle',
      400,
      { error_description: 'You have made too many requests continuously.', error: 'Access Denied', status: 'failure' },
    ],
    ['the throttle with HTTP 200', 200, { error: 'Access Denied', status: 'failure' }],
    ['the throttle in Chinese', 400, { error_description: '请求过于频繁', error: '拒绝访问', status: 'failure' }],
    ['an unknown text', 200, { error: '拒绝访问' }],
    ['too many codes', 200, { error: 'access_denied' }],
    ['a bare 429', 429, {}],
    ['a failure without a text', 400, { status: 'failure' }],
  ])('%s passes with time', (_, status, body) => {
    expect(readTokenAnswer(status, JSON.stringify(body))).toEqual({ status: 'throttled' });
  });

  test('a 429 with a page is a throttle', () => {
    expect(readTokenAnswer(429, '<html>')).toEqual({ status: 'throttled' });
  });

  test.each([
    ['an empty 200', 200, '', 'unreadable_answer', 'unknown'],
    ['a page with HTTP 200', 200, '<html><body>maintenance</body></html>', 'unreadable_answer', 'unknown'],
    ['JSON that says nothing', 200, '{}', 'unreadable_answer', 'unknown'],
    ['a list', 200, '[]', 'unreadable_answer', 'unknown'],
    ['an empty token', 200, '{"access_token":""}', 'unreadable_answer', 'unknown'],
    ['a 503 page', 503, '<html>', 'http_503', false],
    ['a general error', 200, '{"error":"general_error"}', 'general_error', 'unknown'],
    ['an unknown error of a broken server', 500, '{"error":"oops"}', 'general_error', false],
  ])('%s is Zoho in trouble', (_, status, body, code, minted) => {
    expect(readTokenAnswer(status, body)).toEqual({ status: 'unavailable', code, minted });
  });
});

test('no answer whatever makes the reader fail', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json(), fc.anything()), (status, body) => {
      expect(['granted', 'refused', 'throttled', 'unavailable']).toContain(readTokenAnswer(status, body).status);
    }),
  );
});

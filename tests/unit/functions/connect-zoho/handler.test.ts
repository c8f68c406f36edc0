import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../../../functions/connect-zoho/handler.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import { sha256Hex } from '../../../../lib/platform/ids.ts';
import { createLog } from '../../../../lib/platform/log.ts';
import type { LoadedSource } from '../../../../lib/sources/load-source.ts';
import { type Source, sourceSchema } from '../../../../lib/sources/source.ts';
import type { ConnectOutcome, ConnectRefusal } from '../../../../lib/tokens/connect.ts';
import { loadEvent } from '../../../support/load-event.ts';

const KEY = 'll_0123456789abcdefghjkmnpqrs';
const CODE = '1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210';

const sourceWith = (more: Record<string, unknown> = {}): Source =>
  sourceSchema.parse({
    id: 'demo',
    zoho: { accountsUrl: 'https://accounts.zoho.eu' },
    forms: { contact: { module: 'Leads', fields: { Last_Name: 'name' } } },
    webhook: { exchangeRate: '0.1282', currency: 'USD' },
    ...more,
  });

const connected: ConnectOutcome = {
  status: 'connected',
  org: { status: 'read', name: 'Acme & <Sons>' },
  scope: 'ZohoCRM.modules.ALL ZohoCRM.org.READ',
  accountsServer: 'https://accounts.zoho.eu',
  closedModules: [],
  missingScopes: [],
};

const setUp = (outcome: ConnectOutcome | Error = connected, source = sourceWith()) => {
  const lines: string[] = [];
  const codes: string[] = [];
  const loads: Array<{ id: string; fresh: boolean }> = [];
  const loaded: LoadedSource = {
    source,
    version: 1,
    hmacKey: 'hmac',
    keys: [{ id: 'k1', sha256: sha256Hex(KEY), createdAtMs: 0 }],
  };
  const handler = createHandler({
    loadSource: async (id, { fresh = false } = {}) => {
      loads.push({ id, fresh });
      return id === 'demo' ? loaded : undefined;
    },
    connect: async (_, code) => {
      codes.push(code);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    publicUrl: 'https://api.example.com',
    extraHosts: { accounts: [], api: [] },
    log: createLog((line) => lines.push(line), Date.now),
    now: Date.now,
  });
  const send = async (event: APIGatewayProxyEventV2) => {
    const answer = await handler(event);
    const body = answer.body ?? '';
    const [, shown, code] = /<main data-outcome="(\w+)"(?: data-code="(\w+)")?/.exec(body) ?? [];
    return { status: answer.statusCode, headers: answer.headers, body, outcome: shown, code };
  };
  return { send, lines, codes, loads };
};

const withQuery = (query: string): APIGatewayProxyEventV2 => ({
  ...loadEvent('connect-zoho/code'),
  rawQueryString: query,
});

describe('every page', () => {
  test.each(['steps', 'code'])('%s is kept by nobody and loads nothing from elsewhere', async (name) => {
    const { status, headers, body } = await setUp().send(loadEvent(`connect-zoho/${name}`));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(body).not.toMatch(/<(?:img|script|link)[^>]*(?:src|href)="https?:/);
    expect(body.length).toBeLessThan(64 * 1024);
    expect(body).toContain('<html lang="en">');
  });
});

describe('without a code', () => {
  test('the steps are shown: the scope in one string, where to go, and a form for the code', async () => {
    const { send, codes } = setUp();
    const { status, outcome, body } = await send(loadEvent('connect-zoho/steps'));
    expect(status).toBe(200);
    expect(outcome).toBe('steps');
    expect(body).toContain('>ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ<');
    expect(body).toContain('href="https://api-console.zoho.eu"');
    expect(body).toContain('Europe (accounts.zoho.eu)');
    expect(body).toMatch(
      /<form method="get"[^>]*>\s*<input type="hidden" name="api_key" value="ll_0123456789abcdefghjkmnpqrs">/,
    );
    expect(body).toMatch(/<label for="code">[^<]+<\/label>\s*<input id="code" name="zoho_code" required/);
    expect(codes).toEqual([]);
  });

  test.each([`api_key=${KEY}&zoho_code=`, `api_key=${KEY}&zoho_code=%20`, `api_key=${KEY}&code=1000.x`])(
    '%s has none',
    async (query) => {
      const { send, codes } = setUp();
      expect((await send(withQuery(query))).outcome).toBe('steps');
      expect(codes).toEqual([]);
    },
  );

  test('a token URL as accountsUrl leads to the same data center', async () => {
    const source = sourceWith({ zoho: { accountsUrl: 'https://accounts.zoho.in/oauth/v2/token' } });
    const { body } = await setUp(connected, source).send(loadEvent('connect-zoho/steps'));
    expect(body).toContain('href="https://api-console.zoho.in"');
    expect(body).toContain('India (accounts.zoho.in)');
  });
});

describe('with a code', () => {
  test('it is exchanged at once, with the source as it stands now', async () => {
    const { send, codes, loads } = setUp();
    await send(loadEvent('connect-zoho/code'));
    expect(codes).toEqual([CODE]);
    expect(loads).toEqual([{ id: 'demo', fresh: true }]);
  });

  test('blanks that were copied along do not count', async () => {
    const { send, codes } = setUp();
    await send(withQuery(`api_key=${KEY}&zoho_code=+${CODE}%0A`));
    expect(codes).toEqual([CODE]);
  });

  test('the key may stand in the header', async () => {
    const { send, codes } = setUp();
    const { outcome, body } = await send(loadEvent('connect-zoho/key-in-header'));
    expect(outcome).toBe('connected');
    expect(body).toContain(`https://api.example.com/sources/demo?api_key=${KEY}`);
    expect(codes).toEqual([CODE]);
  });

  test.each([
    'sec-purpose: prefetch',
    'sec-purpose: prefetch;prerender',
    'purpose: prefetch',
    'x-purpose: preview',
    'x-moz: prefetch',
  ])('a page nobody asked for does nothing (%s)', async (header) => {
    const [name = '', value = ''] = header.split(': ');
    const event = loadEvent('connect-zoho/code');
    const { send, codes } = setUp();
    const { status, body, headers } = await send({ ...event, headers: { ...event.headers, [name]: value } });
    expect({ status, body }).toEqual({ status: 204, body: '' });
    expect(headers['cache-control']).toBe('no-store');
    expect(codes).toEqual([]);
  });

  test('HEAD does nothing', async () => {
    const event = loadEvent('connect-zoho/code');
    event.requestContext.http.method = 'HEAD';
    const { send, codes } = setUp();
    const { status, body } = await send(event);
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(codes).toEqual([]);
  });
});

describe('the key', () => {
  const unknownSource = (): APIGatewayProxyEventV2 => ({
    ...loadEvent('connect-zoho/code'),
    pathParameters: { source: 'nobody' },
  });
  const strangeSource = (): APIGatewayProxyEventV2 => ({
    ...loadEvent('connect-zoho/code'),
    pathParameters: { source: '../x' },
  });

  test.each([
    ['a page', 'text/html'],
    ['a script', 'application/json'],
  ])('wrong, missing or of an unknown source: 401 with one body, for %s', async (_, accept) => {
    const { send, codes } = setUp();
    const events = [
      loadEvent('connect-zoho/wrong-key'),
      loadEvent('connect-zoho/no-key'),
      withQuery(`api_key=${KEY}&api_key=${KEY}&zoho_code=${CODE}`),
      unknownSource(),
      strangeSource(),
    ];
    const answers = [];
    for (const event of events) answers.push(await send({ ...event, headers: { ...event.headers, accept } }));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.headers['cache-control']).toBe('no-store');
    expect(codes).toEqual([]);
  });

  test('is asked for before anything else: a prefetch without one is refused too', async () => {
    const event = loadEvent('connect-zoho/wrong-key');
    const { status } = await setUp().send({ ...event, headers: { ...event.headers, 'sec-purpose': 'prefetch' } });
    expect(status).toBe(401);
  });
});

describe('success', () => {
  test('shows who is connected, escaped, and with which scopes', async () => {
    const { status, outcome, code, body } = await setUp().send(loadEvent('connect-zoho/code'));
    expect({ status, outcome, code }).toEqual({ status: 200, outcome: 'connected', code: undefined });
    expect(body).toContain('Acme &amp; &lt;Sons&gt;');
    expect(body).toContain('<code>ZohoCRM.modules.ALL</code>');
    expect(body).not.toContain(CODE);
  });

  test("shows what comes next: the rule, the webhook's URL and its parameters", async () => {
    const { body } = await setUp().send(loadEvent('connect-zoho/code'));
    expect(body).toContain('Create or Edit');
    expect(body).toContain('CDP ID is not empty');
    expect(body).toContain(`>https://api.example.com/sources/demo?api_key=${KEY}<`);
    for (const [name, value] of [
      ['lead_id', '${Leads.Lead Id}'],
      ['cdp_id', '${Leads.CDP ID}'],
      ['lead_status', '${Leads.Lead Status}'],
      ['annual_revenue', '${Leads.Annual Revenue}'],
      ['modified_by', '${Leads.Modified By}'],
      ['zip_code', '${Leads.Zip Code}'],
      ['deal_id', '${Deals.Deal Id}'],
      ['stage', '${Deals.Stage}'],
      ['amount', '${Deals.Amount}'],
    ])
      expect(body).toContain(`<tr><td>${name}</td><td>${value}</td></tr>`);
  });

  test("follows the source's own webhook settings", async () => {
    const source = sourceWith({
      webhook: {
        exchangeRate: '1',
        currency: 'USD',
        amountField: 'expected_value',
        statuses: { Leads: {} },
        extra: ['industry'],
      },
    });
    const { body } = await setUp(connected, source).send(loadEvent('connect-zoho/code'));
    expect(body).toContain('<tr><td>expected_value</td><td>${Leads.Expected Value}</td></tr>');
    expect(body).toContain('<tr><td>industry</td><td>${Leads.Industry}</td></tr>');
    expect(body).not.toContain('Deals');
  });

  test('says when the source has no webhook yet', async () => {
    const { body } = await setUp(connected, sourceWith({ webhook: undefined })).send(loadEvent('connect-zoho/code'));
    expect(body).toContain('<code>webhook</code> block');
  });

  test.each<[ConnectOutcome, string]>([
    [{ ...connected, org: { status: 'not_permitted' } }, 'organisation name not readable with this scope'],
    [{ ...connected, org: undefined }, 'organisation name not read on this visit'],
    [{ ...connected, scope: undefined }, 'Zoho did not name them'],
    [{ ...connected, closedModules: ['Contacts'] }, 'adding records to Contacts'],
    [{ ...connected, missingScopes: ['ZohoCRM.coql.READ'] }, '<code>ZohoCRM.coql.READ</code>'],
  ])('%j', async (outcome, text) => {
    const answer = await setUp(outcome).send(loadEvent('connect-zoho/code'));
    expect(answer.outcome).toBe('connected');
    expect(answer.body).toContain(text);
  });
});

describe('a refusal', () => {
  const refusals: Array<[Omit<ConnectRefusal, 'status'> & Record<string, unknown>, number, string]> = [
    [{ code: 'expired_or_used' }, 400, 'has expired or was used'],
    [
      { code: 'other_data_center', why: 'client', knownAt: 'https://accounts.zoho.in' },
      400,
      'accountsUrl: https://accounts.zoho.in',
    ],
    [{ code: 'other_data_center', why: 'code' }, 400, 'knows neither the code nor the client'],
    [{ code: 'other_data_center', why: 'api_domain' }, 400, 'does not belong to Europe'],
    [{ code: 'other_data_center', why: 'accounts_url' }, 400, 'none of Zoho’s'],
    [{ code: 'wrong_client', why: 'unknown' }, 400, 'Zoho does not know the client'],
    [{ code: 'wrong_client', why: 'not_self_client' }, 400, 'not a self client'],
    [{ code: 'wrong_client', why: 'not_stored' }, 400, 'leadloop connect demo'],
    [{ code: 'wrong_secret' }, 400, 'secret is wrong'],
    [{ code: 'throttled' }, 429, 'Wait ten minutes'],
    [
      { code: 'missing_scope', scope: 'ZohoCRM.org.READ', modules: ['Leads'] },
      403,
      'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL',
    ],
    [{ code: 'unavailable', codeUsed: false }, 503, 'has not been used'],
    [{ code: 'unavailable', codeUsed: true }, 503, 'may have used the code up'],
    [{ code: 'unavailable', why: 'other_visit' }, 503, 'Another visit'],
    [{ code: 'unavailable', why: 'our_stores' }, 503, 'nothing is lost'],
  ];
  const refuse = (refusal: (typeof refusals)[number][0]) =>
    setUp({ status: 'refused', ...refusal } as ConnectRefusal).send(loadEvent('connect-zoho/code'));

  test.each(refusals)('%j has a page of its own with the next step', async (refusal, status, text) => {
    const answer = await refuse(refusal);
    expect({ status: answer.status, outcome: answer.outcome, code: answer.code }).toEqual({
      status,
      outcome: 'refused',
      code: refusal.code,
    });
    expect(answer.body).toContain(text);
    expect(answer.body).toContain('What to do next');
    expect(answer.body).toMatch(/<ol><li>/);
    expect(answer.body).toContain(`href="?api_key=${KEY}"`);
    expect(answer.body).not.toContain(CODE);
    expect(answer.headers['retry-after'] !== undefined).toBe(status === 429 || status === 503);
  });

  test('no two pages say the same', async () => {
    const bodies = await Promise.all(refusals.map(async ([refusal]) => (await refuse(refusal)).body));
    expect(new Set(bodies).size).toBe(refusals.length);
  });

  test('the refresh token that could not be stored is shown, this once', async () => {
    const answer = await setUp({ status: 'not_kept', refreshToken: '1000.only.copy' }).send(
      loadEvent('connect-zoho/code'),
    );
    expect(answer).toMatchObject({ status: 503, outcome: 'refused', code: 'unavailable' });
    expect(answer.body).toContain('1000.only.copy');
    expect(answer.body).toContain('leadloop connect demo --refresh-token-stdin');
  });

  test('what is stored but not open yet asks for a reload', async () => {
    const answer = await setUp({ status: 'not_opened' }).send(loadEvent('connect-zoho/code'));
    expect(answer).toMatchObject({ status: 503, outcome: 'refused', code: 'unavailable' });
    expect(answer.body).toContain('load this page again');
  });

  test('what nobody expected is a 500 with the request id, and no log line shows code or key', async () => {
    const { send, lines } = setUp(new PlatformError('secrets.unreachable', 'detail'));
    const { status, body, headers } = await send(loadEvent('connect-zoho/code'));
    expect(status).toBe(500);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    expect(body).toContain('JKJaXmPLvHcEC001=');
    expect(body).not.toContain('detail');
    expect(lines.join('\n')).toContain('secrets.unreachable');
    expect(lines.join('\n')).not.toMatch(/ll_0123|1000\.0123/);
  });

  test('a program is told the same as JSON, which nobody keeps either', async () => {
    const event = loadEvent('connect-zoho/code');
    const { send } = setUp(new PlatformError('secrets.unreachable', 'detail'));
    const { status, body, headers } = await send({ ...event, headers: { ...event.headers, accept: '*/*' } });
    expect(status).toBe(500);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
    expect(JSON.parse(body).error).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('JKJaXmPLvHcEC001='),
    });
  });
});

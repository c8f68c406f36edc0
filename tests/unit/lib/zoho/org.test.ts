import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orgRequest, readOrgAnswer } from '../../../../lib/zoho/org.ts';

test('the organisation is asked for with the token', () => {
  const request = orgRequest({ apiDomain: 'https://www.zohoapis.com', accessToken: '1000.aaaa.bbbb' });
  expect(request.url).toBe('https://www.zohoapis.com/crm/v8/org');
  expect(request.headers.get('authorization')).toBe('Zoho-oauthtoken 1000.aaaa.bbbb');
});

test.each([
  ['its name', { org: [{ id: '1', company_name: ' Acme ' }] }, { status: 'read', name: 'Acme' }],
  [
    'a scope too small',
    { code: 'OAUTH_SCOPE_MISMATCH', details: {}, message: 'Unauthorized', status: 'error' },
    { status: 'not_permitted' },
  ],
  ['a scope too small, wrapped', { data: [{ code: 'OAUTH_SCOPE_MISMATCH' }] }, { status: 'not_permitted' }],
  ['a profile without the right', { code: 'NO_PERMISSION' }, { status: 'not_permitted' }],
  ['no organisation', { org: [] }, { status: 'unreadable' }],
  ['a broken server', { code: 'INTERNAL_ERROR' }, { status: 'unreadable' }],
])('%s', (_, body, expected) => {
  expect(readOrgAnswer(JSON.stringify(body))).toEqual(expected);
});

test('no answer whatever makes the reader fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.anything()), (body) => {
      expect(['read', 'not_permitted', 'unreadable']).toContain(readOrgAnswer(body).status);
    }),
  );
});

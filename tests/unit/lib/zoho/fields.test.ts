import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fieldsRequest, readFieldsAnswer } from '../../../../lib/zoho/fields.ts';

test('a module’s fields are asked for with the token, those on no layout as well', () => {
  const { url, headers } = fieldsRequest({
    apiDomain: 'https://www.zohoapis.com',
    accessToken: '1000.aaaa.bbbb',
    module: 'Leads',
  });
  expect(url).toBe('https://www.zohoapis.com/crm/v8/settings/fields?module=Leads&type=all');
  expect(headers.get('authorization')).toBe('Zoho-oauthtoken 1000.aaaa.bbbb');
});

const written = { api_create: true, api_update: true };
test.each([
  [
    'a text field',
    { data_type: 'text', length: 255, operation_type: written },
    { dataType: 'text', length: 255, isWritable: true },
  ],
  ['one that only the system writes', { read_only: true, operation_type: written }, { isWritable: false }],
  [
    'one that the API may not write',
    { operation_type: { api_create: false, api_update: false } },
    { isWritable: false },
  ],
  ['one that is set once', { operation_type: { api_create: true, api_update: false } }, { isWritable: true }],
  ['one that says nothing of itself', {}, { dataType: undefined, length: undefined, isWritable: true }],
])('%s is read', (_, field, expected) => {
  const body = JSON.stringify({ fields: [{ api_name: 'CDP_ID', ...field }] });
  expect(readFieldsAnswer(200, body)).toMatchObject({ status: 'fields', fields: [{ apiName: 'CDP_ID', ...expected }] });
});

test.each([
  ['a scope too small', 401, '{"code":"OAUTH_SCOPE_MISMATCH","details":{},"status":"error"}', 'OAUTH_SCOPE_MISMATCH'],
  ['no such module', 400, '{"code":"INVALID_MODULE","details":{},"status":"error"}', 'INVALID_MODULE'],
  ['a page of some server in between', 502, '<html>', 'http_502'],
])('%s refuses the question', (_, httpStatus, body, code) => {
  expect(readFieldsAnswer(httpStatus, body)).toEqual({ status: 'refused', code });
});

test('any answer at all is read or refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), (httpStatus, body) => {
      expect(['fields', 'refused']).toContain(readFieldsAnswer(httpStatus, body).status);
    }),
  );
});

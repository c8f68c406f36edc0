import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTextType, matchRoute } from '../../../../infra/local/gateway-event.ts';
import { readService } from '../../../../infra/local/service.ts';

const routes = readService().functions.flatMap(({ name, routes }) =>
  routes.map((route) => ({ ...route, functionName: name })),
);
const found = (method: string, path: string) => matchRoute(routes, method, path)?.route.functionName;

describe('routes of serverless.yml', () => {
  test.each([
    ['POST', '/sources/demo/forms/contact', 'submit-lead'],
    ['OPTIONS', '/sources/demo/forms/contact', 'submit-lead'],
    ['GET', '/sources/demo', 'connect-zoho'],
    ['POST', '/sources/demo', 'receive-webhook'],
    ['OPTIONS', '/sources/demo', undefined],
    ['HEAD', '/sources/demo', undefined],
    ['GET', '/sources/demo/forms/contact', undefined],
    ['GET', '/sources', undefined],
    ['GET', '/sources/', undefined],
    ['GET', '/sources/demo/', undefined],
    ['GET', '//sources/demo', undefined],
    ['GET', '/Sources/demo', undefined],
  ])('%s %s is for %s', (method, path, functionName) => {
    expect(found(method, path)).toBe(functionName);
  });

  test('a parameter arrives as whoever made the link meant it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(!text.includes('/'));
        expect(matchRoute(routes, 'GET', `/sources/${encodeURIComponent(text)}`)?.pathParameters).toEqual({
          source: text,
        });
      }),
    );
  });
});

test.each([
  ['text/html; charset=utf-8', true],
  ['APPLICATION/JSON', true],
  ['application/xml', true],
  ['application/javascript', true],
  ['application/vnd.api+json', false],
  ['application/jsonp', false],
  ['application/x-www-form-urlencoded', false],
  ['image/png', false],
  ['', false],
  [undefined, false],
])('the content type %s is text: %s', (type, isText) => {
  expect(isTextType(type)).toBe(isText);
});

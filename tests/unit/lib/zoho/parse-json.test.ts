import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../../../lib/zoho/parse-json.ts';

const beyond = fc.bigInt({ min: 2n ** 53n, max: 10n ** 19n });
const plain = fc.object({ values: [fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)] });

describe('what Zoho answers', () => {
  test('an id that it sends as a number keeps every digit, wherever it stands', () => {
    const blank = fc.constantFrom('', ' ', '\n', '\t');
    fc.assert(
      fc.property(beyond, fc.boolean(), blank, (id, isNegative, space) => {
        const number = `${isNegative ? '-' : ''}${id}`;
        expect(parseJson(`${space}${number}`)).toBe(number);
        expect(parseJson(`[1,${space}${number}]`)).toEqual([1, number]);
        expect(parseJson(`[${space}${number},1]`)).toEqual([number, 1]);
        expect(parseJson(`{"details":{"id":${space}${number}},"n":1}`)).toEqual({ details: { id: number }, n: 1 });
      }),
    );
  });

  test('everything else is what it is in JSON, long numbers beside it or not', () => {
    fc.assert(
      fc.property(plain, beyond, (value, id) => {
        expect(parseJson(JSON.stringify({ id: String(id), value }))).toEqual({ id: String(id), value });
      }),
    );
  });

  test.each([[''], ['<html>busy</html>'], ['{"data":']])('%p is no JSON', (body) => {
    expect(parseJson(body)).toBeUndefined();
  });
});

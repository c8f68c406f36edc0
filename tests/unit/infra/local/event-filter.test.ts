import { describe, expect, test } from '@jest/globals';
import { passesFilter } from '../../../../infra/local/event-filter.ts';
import { readService } from '../../../../infra/local/service.ts';

const image = (attributes: Record<string, unknown>) => ({ eventName: 'MODIFY', dynamodb: { NewImage: attributes } });

describe('filter patterns', () => {
  test.each([
    ['a bell', image({ bell: { S: 'zoho#demo' } }), true],
    ['no bell', image({ pk: { S: 'x' } }), false],
    ['a bell of another type', image({ bell: { N: '1' } }), false],
    ['no image, as for a deleted item', { eventName: 'REMOVE', dynamodb: { Keys: {} } }, false],
  ])("serverless.yml's own filter on %s", (_, record, passes) => {
    const [mapping] = readService().functions.flatMap(({ streams }) => streams);
    expect(mapping?.filterPatterns.some((pattern) => passesFilter(pattern, record))).toBe(passes);
  });

  test.each([
    ['a value', ['a', 'b'], 'b', true],
    ['another value', ['a', 'b'], 'c', false],
    ['null', [null], null, true],
    ['a prefix', [{ prefix: 'zoho#' }], 'zoho#demo', true],
    ['another prefix', [{ prefix: 'zoho#' }], 'demo', false],
    ['a suffix', [{ suffix: '#demo' }], 'zoho#demo', true],
    ['absence', [{ exists: false }], undefined, true],
    ['absence of what is there', [{ exists: false }], 'a', false],
    ['anything but', [{ 'anything-but': ['a'] }], 'b', true],
    ['anything but, on it', [{ 'anything-but': ['a'] }], 'a', false],
    ['anything but, on nothing', [{ 'anything-but': ['a'] }], undefined, false],
  ])('a leaf holds for %s', (_, leaf, value, passes) => {
    expect(passesFilter({ name: leaf }, value === undefined ? {} : { name: value })).toBe(passes);
  });

  test('every named leaf must hold', () => {
    const pattern = { a: { x: ['1'] }, b: { y: [{ exists: true }] } };
    expect(passesFilter(pattern, { a: { x: '1' }, b: { y: 'z' } })).toBe(true);
    expect(passesFilter(pattern, { a: { x: '1' }, b: {} })).toBe(false);
  });

  test('a condition that is not known here is refused, not guessed', () => {
    expect(() => passesFilter({ a: [{ numeric: ['>', 1] }] }, {})).toThrow('numeric');
    expect(() => passesFilter({ a: 'x' }, {})).toThrow('must end in lists');
  });
});

import { expect, test } from '@jest/globals';
import { ofList, toMultiselect } from '../../../../../lib/mapping/transforms/multiselect.ts';

test.each([
  ['Solar;Wind', ['Solar', 'Wind']],
  ['Solar, Wind ,', ['Solar', 'Wind']],
  ['Solar', ['Solar']],
  ['["Solar, roof","Wind",3]', ['Solar, roof', 'Wind', '3']],
  ['["Solar",null,{"a":1},["x"]," "]', ['Solar']],
  ['[Solar', ['[Solar']],
  ['Solar;solar;Solar', ['Solar', 'solar']],
])('%s is a list of options', (typed, value) => expect(toMultiselect([typed])).toEqual({ value }));

test('several values are the options as they are', () => {
  expect(toMultiselect(['Solar, roof', 'Wind'])).toEqual({ value: ['Solar, roof', 'Wind'] });
});

test('the only item of a list is not split', () => expect(ofList(['Solar, roof'])).toEqual({ value: ['Solar, roof'] }));

test.each(['[]', ';', ' , ; ', '[" "]', '[null]'])('a list of nothing is nothing (%s)', (typed) => {
  expect(toMultiselect([typed])).toEqual({ value: undefined });
});

import { expect, test } from '@jest/globals';
import { filledValues } from '../../../../lib/mapping/filled-values.ts';

test.each([
  ['text, trimmed', ' a ', ['a']],
  ['a list without its blanks', ['a', ' ', 'b'], ['a', 'b']],
  ['a number, zero included', 0, ['0']],
  ['a boolean, false included', false, ['false']],
  ['half of a surrogate pair, made whole', 'a\ud800', ['a\ufffd']],
])('a field says %s', (_, value, values) => expect(filledValues({ field: value }, 'field')).toEqual(values));

test.each([[''], ['  \t\n'], [null], [undefined], [Number.NaN], [{}], [[]], [[null, {}, '']]])(
  '%p says nothing',
  (value) => {
    expect(filledValues({ field: value }, 'field')).toEqual([]);
  },
);

test.each(['missing', 'constructor', '__proto__', 'toString'])(
  'a field that was not sent says nothing (%s)',
  (name) => {
    expect(filledValues({ field: 'a' }, name)).toEqual([]);
  },
);

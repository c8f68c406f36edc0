import { describe, expect, test } from '@jest/globals';
import { fromNow, shortDuration, utc } from '../../../../infra/cli/durations.ts';
import { mask } from '../../../../infra/cli/mask.ts';
import { textList, textTable } from '../../../../infra/cli/text-table.ts';

describe('a table', () => {
  test('is aligned, numbers to the right, without columns that hold nothing', () => {
    const table = textTable(
      [{ title: 'id' }, { title: 'n', right: true }, { title: 'empty' }, { title: 'why' }],
      [
        ['a', 5, undefined, 'x'],
        ['long', 12, '', undefined],
      ],
    );
    expect(table).toBe('ID     N  WHY\na      5  x\nlong  12  –');
  });

  test('counts wide characters as two', () => {
    expect(
      textTable(
        [{ title: 'name' }, { title: 'n' }],
        [
          ['陳大文', 1],
          ['Chan', 2],
        ],
      ),
    ).toBe('NAME    N\n陳大文  1\nChan    2');
  });

  test('stored text neither moves the cursor nor turns the line around', () => {
    expect(textTable([{ title: 'name' }], [['a\u001b[31m\r\n\u202eb']])).toBe('NAME\na [31m b');
  });

  test('a list leaves out what is absent', () => {
    expect(
      textList([
        ['a', 1],
        ['long', undefined],
        ['bb', 'x'],
      ]),
    ).toBe('a   1\nbb  x');
  });
});

test.each([
  [0, '0s'],
  [999, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [7_200_000, '2h'],
  [90_000_000, '1d'],
])('%d ms is %s', (ms, text) => expect(shortDuration(ms)).toBe(text));

test('what is due in a moment is not due in 0 s', () => {
  expect(fromNow(1_000, 1_000)).toBe('now');
  expect(fromNow(1_300, 1_000)).toBe('in 1s');
  expect(utc(Date.parse('2026-11-21T09:30:00.999Z'))).toBe('2026-11-21 09:30:00 UTC');
});

test.each([
  ['wing@example.com', 'w***@e***'],
  ['+85251234567', '+***'],
  ['陳大文', '陳***'],
  ['', ''],
])('%s is shown as %s', (value, masked) => expect(mask(value)).toBe(masked));

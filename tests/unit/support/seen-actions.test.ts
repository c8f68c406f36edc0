import { describe, expect, test } from '@jest/globals';
import { missingTests, type RanFile, recordingTests } from '../../support/seen-actions.ts';

const needed = ['tests/integration/a.test.ts', 'tests/integration/b.test.ts'];
const whole = needed.map((file): RanFile => ({ test: file, project: 'integration', isWhole: true }));
const records = needed.map((file) => ({ test: file, seen: [] }));

describe('whether a run has seen everything', () => {
  test('it has when every recording test was run from end to end', () => {
    expect(missingTests(whole, records, needed)).toEqual([]);
  });

  test.each([
    ['was left out', whole.slice(1), records],
    [
      'failed, or was cut down to one of its tests',
      [{ ...whole[0], isWhole: false } as RanFile, ...whole.slice(1)],
      records,
    ],
    [
      'ran in test mode only',
      [{ ...whole[0], project: 'integration-test-mode' } as RanFile, ...whole.slice(1)],
      records,
    ],
    ['kept no record', whole, records.slice(1)],
  ])('it has not when one %s, so nobody is told of what was never seen', (_, ran, kept) => {
    expect(missingTests(ran, kept, needed)).toEqual(['tests/integration/a.test.ts']);
  });

  test('every test that has a stack is one of those that record', () => {
    expect(recordingTests()).toEqual(
      expect.arrayContaining([
        'tests/integration/cli/cli.test.ts',
        'tests/integration/connect/connect.test.ts',
        'tests/integration/loop/leads.test.ts',
      ]),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { acceptedFindings } from '../../../../infra/tools/accepted-findings.ts';
import { judgeFindings } from '../../../../infra/tools/judge-findings.ts';

const finding = (rule: string, path: string) => ({ rule, path, message: 'is wrong' });

describe('the verdict on a template', () => {
  test('a finding that is accepted at this very resource passes', () => {
    const accepted = [{ rule: 'S1', paths: ['Bucket'], reason: 'because' }];
    expect(judgeFindings([finding('S1', 'Bucket'), finding('S1', 'Bucket')], accepted)).toEqual({
      unaccepted: [],
      outlived: [],
    });
  });

  test('the same finding at another resource, or another one at the same, does not', () => {
    const accepted = [{ rule: 'S1', paths: ['Bucket'], reason: 'because' }];
    const found = [finding('S1', 'Bucket'), finding('S1', 'Other'), finding('S2', 'Bucket')];
    expect(judgeFindings(found, accepted).unaccepted).toEqual(found.slice(1));
  });

  test('an acceptance whose finding is gone fails, even at one resource of several', () => {
    const accepted = [{ rule: 'S1', paths: ['Bucket', 'Gone'], reason: 'because' }];
    expect(judgeFindings([finding('S1', 'Bucket')], accepted).outlived).toEqual(['S1 at Gone']);
  });

  test('everything that is accepted has a reason and a resource', () => {
    for (const { rule, paths, reason } of acceptedFindings) {
      expect(rule).not.toBe('');
      expect(paths.length).toBeGreaterThan(0);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});

import { expect, test } from '@jest/globals';
import { hasDynoxide } from '../../../infra/local/dynamodb.ts';
import { measureRealIsolation } from '../../bench/measures/real-isolation.ts';

const SMALL = {
  waiting: 500,
  rounds: 1,
  visits: { seconds: 2, perSecond: 5, loneClients: [], loneEveryMs: 2_000 },
};

test('on the whole stack another client’s leads arrive while five calls hang, and that is what is measured', async () => {
  const measured = await measureRealIsolation({ ...SMALL, stacks: [['present'], ['beside']] });

  if (!hasDynoxide()) return expect(measured).toBeUndefined();
  expect(measured?.hangingCalls).toBeGreaterThan(0);
  for (const condition of ['present', 'beside'] as const) {
    expect(measured?.conditions[condition]?.leads).toBeGreaterThan(0);
    expect(measured?.conditions[condition]?.steady.p50Ms.median).toBeGreaterThan(0);
  }
}, 120_000);

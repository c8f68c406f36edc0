import { describe, expect, test } from '@jest/globals';
import { eventually, useStack } from '../../../support/stack.ts';
import { testModeOptions } from '../../../support/test-mode.ts';
import { loopClient } from '../../loop/loop-client.ts';

/** Far worse than AWS ever is, so that a short test meets each of them many times. */
const stack = useStack({
  testMode: {
    ...testModeOptions(),
    disturb: { repeatedBatches: 0.5, droppedBells: 0.5, indexLagMs: 1_000, conflicts: 0.25 },
  },
});

describe('with half of the bells lost, half of the batches doubled, late indexes and conflicts', () => {
  test('each lead reaches Zoho once, and nothing stays behind', async () => {
    const { post, leads, writes, submissions } = loopClient(stack());
    const emails = Array.from({ length: 60 }, (_, n) => `disturbed-${n}@example.com`);
    for (let at = 0; at < emails.length; at += 6) {
      const answers = await Promise.all(emails.slice(at, at + 6).map((email) => post({ email, last_name: email })));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    }
    await eventually(leads, (found) => found.length >= emails.length, 40_000);
    await eventually(submissions, (items) => items.every(({ state }) => state === 'delivered'), 20_000);
    const sent = (await writes()).flatMap(({ records }) => records.map(({ Email }) => String(Email)));
    expect(sent.sort()).toEqual([...emails].sort());
  });

  test('each status change becomes one event, delivered once', async () => {
    const { webhook, events } = loopClient(stack());
    const ids = Array.from({ length: 20 }, (_, n) => `57257670000009000${n + 10}`);
    const calls = ids.flatMap((lead_id) => [lead_id, lead_id]);
    const answers = await Promise.all(
      calls.map((lead_id) => webhook({ lead_id, cdp_id: 'v', lead_status: 'Contacted' })),
    );
    const outcomes = await Promise.all(answers.map(async (one) => ((await one.json()) as { status: string }).status));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(ids.length);
    const ours = async () => (await events()).filter(({ body }) => ids.includes(body.data.recordId));
    const delivered = await eventually(ours, (found) => found.length === ids.length, 40_000);
    expect(delivered.map(({ attempts }) => attempts)).toEqual(ids.map(() => 1));
  });

  test('and all of it has happened', () => {
    const { repeatedBatches, droppedBells, conflicts } = stack().testMode?.counts() ?? {};
    expect(repeatedBatches).toBeGreaterThan(0);
    expect(droppedBells).toBeGreaterThan(0);
    expect(conflicts).toBeGreaterThan(0);
  });
});

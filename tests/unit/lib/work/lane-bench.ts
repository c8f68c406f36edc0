import type { Item } from '../../../../lib/platform/table.ts';
import { newLane } from '../../../../lib/work/lane.ts';
import type { LaneDriver } from '../../../../lib/work/lane-driver.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import type { CallOutcome, LookUpOutcome } from '../../../../lib/work/outcome.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { laneKey, newWork, submissionKey, workAttributes } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

export const LANE = connectionLane('demo');

/** One lane on the virtual clock, with a receiver that answers as a test says. */
export const laneBench = async ({ canLookUp = true }: { canLookUp?: boolean } = {}) => {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  await table.put(newLane(LANE, clock.now()));
  const calls: Array<{ ids: string[]; atMs: number }> = [];
  const lookUps: Array<{ ids: string[]; atMs: number }> = [];
  /** What the receiver holds; a look-up tells. */
  const held = new Set<string>();
  let lookUpAnswer: ((ids: string[]) => LookUpOutcome) | undefined;
  let inFlight = 0;
  let mostInFlight = 0;
  /** Answers calls in turn; the last one goes on for ever. */
  let script: Array<(ids: string[]) => CallOutcome | Promise<CallOutcome>> = [];
  const delivered = (ids: string[]): CallOutcome => ({
    status: 'answered',
    outcomes: ids.map(() => ({ status: 'delivered' })),
  });

  const heldOnes = (ids: string[]): LookUpOutcome => ({
    status: 'looked_up',
    findings: ids.map((id) =>
      held.has(id) ? { status: 'there', receipt: { zohoId: `record-of-${id}` } } : { status: 'not_there' },
    ),
  });

  const driver: LaneDriver<string> = {
    limits: { maxConcurrent: 8, maxPerCall: 100, fillTo: 10, callDeadlineMs: 20_000 },
    prepare: async (item) => ({
      status: 'ready',
      group: String(item.group ?? 'leads'),
      keys: item.email === undefined ? [] : [`email:${String(item.email)}`],
      payload: item.id,
      repeatable: item.repeatable !== false,
      ...(item.marked === true ? { lookUpGroup: 'marked' } : {}),
    }),
    open: async () => ({ status: 'ready' }),
    send: async (batch, mayCall) => {
      if (!mayCall()) return { status: 'not_sent' };
      const ids = batch.map(({ payload }) => payload);
      calls.push({ ids, atMs: clock.now() });
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await clock.sleep(100);
      inFlight -= 1;
      const answer = script.length > 1 ? script.shift() : script[0];
      return (answer ?? delivered)(ids);
    },
    ...(canLookUp
      ? {
          lookUp: {
            afterMs: 60_000,
            find: async (batch, mayCall) => {
              if (!mayCall()) return { status: 'not_sent' };
              const ids = batch.map(({ payload }) => payload);
              lookUps.push({ ids, atMs: clock.now() });
              await clock.sleep(100);
              return (lookUpAnswer ?? heldOnes)(ids);
            },
          },
        }
      : {}),
  };
  const counted: Array<{ values: object; dimensions: object | undefined }> = [];
  let randomIds = 0;
  const deps = {
    table,
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    randomId: () => {
      randomIds += 1;
      return `worker-${randomIds}`;
    },
    log: () => undefined,
    metrics: (values: object, dimensions?: object) => void counted.push({ values, dimensions }),
    remainingMs: () => 300_000,
  };
  const add = async (id: string, more: Partial<Item> & { gatherMs?: number } = {}): Promise<void> => {
    const { gatherMs = 0, ...rest } = more;
    await table.put({
      ...newWork({
        pk: submissionKey(id),
        kind: 'submission',
        id,
        source: 'demo',
        lane: LANE,
        nowMs: clock.now(),
        gatherMs,
      }),
      ...rest,
    });
  };
  return {
    clock,
    table,
    calls,
    lookUps,
    held,
    heldOnes,
    driver,
    deps,
    counted,
    add,
    delivered,
    answer: (...answers: typeof script) => {
      script = answers;
    },
    answerLookUps: (answer: typeof lookUpAnswer) => {
      lookUpAnswer = answer;
    },
    mostInFlight: () => mostInFlight,
    item: async (id: string) => workAttributes.parse(await table.get(submissionKey(id))),
    lane: () => table.get(laneKey(LANE)),
    run: () => clock.run(runLane(LANE, driver, deps)),
  };
};

type LaneFault = Extract<CallOutcome, { status: 'lane_fault' }>;
/** The receiver, or the way to it, failed. */
export const fault = (over: Partial<LaneFault> = {}): LaneFault => ({
  status: 'lane_fault',
  code: 'http_500',
  maybeSent: false,
  ...over,
});

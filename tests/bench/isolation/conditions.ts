import { setTimeout as wait } from 'node:timers/promises';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { writeBareClaims } from './bare-claims.ts';
import type { HangingZoho } from './hanging-zoho.ts';
import { type Block, BUSY_CLIENT, measureBlock, type Visits, warmUp } from './measure-block.ts';
import type { KeptStack } from './running-stack.ts';
import { type ConditionName, OTHER_CLIENT } from './summary.ts';

export type Hung = { calls: number; share: number };

type Run = { stack: KeptStack; zoho: HangingZoho; waiting: number; visits: Visits; seed: number };

/** As long as a worker stays for company, and the time it takes to leave. */
const WORKERS_GONE_MS = 5_000;
/** What was written has gone through the stream. */
const SETTLED_MS = 1_000;
const CALLS_AT_ONCE = 10;
const PER_CALL = 100;

/**
 * One block of visits under a condition, on a stack whose other client's lane is parked so far.
 * @throws when the other client's worker made no call, or none hung in a block that should show it
 */
export const runCondition = async (
  name: ConditionName,
  { stack, zoho, waiting, visits, seed }: Run,
): Promise<Block & { hung?: Hung }> => {
  const nothing = async (): Promise<void> => undefined;
  const open = () => stack.openAtFullPace(OTHER_CLIENT);
  // No lone leads while the emulator is busy with claims: that block is about it, and is over before a second one comes.
  const isShort = name === 'starting' || name === 'written';
  const planned = isShort ? { ...visits, seconds: visits.seconds / 2, loneClients: [] } : visits;
  await Promise.all([BUSY_CLIENT, ...planned.loneClients].map(stack.addClient));
  await warmUp(stack, planned.loneClients);
  if (planned.loneClients.length > 0) await wait(WORKERS_GONE_MS);
  await zoho.hang();
  const measure = (onStart: () => Promise<void>) => measureBlock(stack, planned, seed, onStart);

  const writeClaims = () => writeBareClaims(stack.records, connectionLane(OTHER_CLIENT));
  if (name === 'alone') return measure(nothing);
  if (name === 'present') {
    await writeClaims();
    await wait(SETTLED_MS);
    return measure(nothing);
  }
  if (name === 'written') return measure(writeClaims);
  if (name === 'beside') {
    await open();
    await zoho.untilHanging(Math.min(CALLS_AT_ONCE, Math.ceil(waiting / PER_CALL)));
  }
  const block = await measure(name === 'beside' ? nothing : open);
  if (name === 'starting') {
    await zoho.untilHanging(1); // on a busy machine the first call comes after the block; what was measured are the claims
    return block;
  }
  const hung = await zoho.hungBetween(block.startedAtMs, block.endedAtMs);
  if (hung.calls === 0) throw new Error('nothing hung in a block that was to show what hanging calls do');
  return { ...block, hung };
};

import { setTimeout as wait } from 'node:timers/promises';
import { createNoise } from '../../support/faults/noise.ts';
import { poissonGapMs } from '../measures/settings.ts';
import { leadFields } from '../simulation/leads.ts';
import type { KeptStack } from './running-stack.ts';

/** Who posts in a block, and when: the same for all conditions of a round. */
export type Visits = {
  seconds: number;
  /** Of the client whose worker is never without work. */
  perSecond: number;
  /** Clients that get one lead at a time, in turn: whoever comes finds no worker, and has to be rung for. */
  loneClients: string[];
  loneEveryMs: number;
};

export type Block = {
  startedAtMs: number;
  endedAtMs: number;
  /** From the form's post, at the visitor's, to its record in Zoho. */
  steadyMs: number[];
  loneMs: number[];
  /** From the post to the 202. */
  acceptMs: number[];
  /** A read of one item at the emulator, past everything of ours. */
  emulatorMs: number[];
};

type Visit = { atMs: number; client: string; isLone: boolean };

export const BUSY_CLIENT = 'client-b';
const PROBE_EVERY_MS = 100;
const DELIVERED_WITHIN_MS = 60_000;

const planVisits = ({ seconds, perSecond, loneClients, loneEveryMs }: Visits, seed: number): Visit[] => {
  const noise = createNoise(seed);
  const visits: Visit[] = [];
  for (let atMs = poissonGapMs(noise, perSecond); atMs < seconds * 1000; atMs += poissonGapMs(noise, perSecond))
    visits.push({ atMs, client: BUSY_CLIENT, isLone: false });
  for (let turn = 0; (turn + 0.5) * loneEveryMs < seconds * 1000; turn += 1) {
    const client = loneClients[turn % loneClients.length];
    if (client !== undefined) visits.push({ atMs: (turn + 0.5) * loneEveryMs, client, isLone: true });
  }
  return visits;
};

const emailOf = (index: number): string => leadFields(index).email ?? '';

/** Waits until all of them are in Zoho, with a look now and then that disturbs nobody. */
const untilInZoho = async (stack: KeptStack, emails: string[]): Promise<Map<string, number>> => {
  const untilMs = Date.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    await wait(500);
    const atMs = await stack.inZohoAtMs();
    const missing = emails.filter((email) => !atMs.has(email)).length;
    if (missing === 0) return atMs;
    if (Date.now() > untilMs) throw new Error(`${missing} of ${emails.length} leads did not arrive within a minute`);
  }
};

/** Loads every function on the way, so that no block begins with a cold start. */
export const warmUp = async (stack: KeptStack, clients: string[]): Promise<void> => {
  const emails: string[] = [];
  for (const client of [...clients, BUSY_CLIENT, BUSY_CLIENT]) {
    const visitor = stack.nextVisitor();
    await stack.post(client, visitor);
    emails.push(emailOf(visitor));
  }
  await untilInZoho(stack, emails);
};

/**
 * Lets visitors come as planned, and says how long each one's lead took.
 * @param onStart done as the first one sets out
 */
export const measureBlock = async (
  stack: KeptStack,
  visits: Visits,
  seed: number,
  onStart: () => Promise<void>,
): Promise<Block> => {
  await stack.forgetCalls();
  const planned = planVisits(visits, seed).map((visit) => ({ ...visit, index: stack.nextVisitor() }));
  const postedAtMs = new Map<number, number>();
  const acceptMs: number[] = [];
  const emulatorMs: number[] = [];
  let isOver = false;
  const probe = async (): Promise<void> => {
    while (!isOver) {
      const at = performance.now();
      await stack.records.get('probe#nobody');
      emulatorMs.push(performance.now() - at);
      await wait(PROBE_EVERY_MS);
    }
  };
  const startedAtMs = Date.now();
  const probing = probe();
  try {
    const starting = onStart();
    const posts = planned.map(async ({ atMs, client, index }) => {
      await wait(Math.max(0, startedAtMs + atMs - Date.now()));
      const at = performance.now();
      postedAtMs.set(index, Date.now());
      await stack.post(client, index);
      acceptMs.push(performance.now() - at);
    });
    await Promise.all([starting, ...posts]);
    await wait(Math.max(0, startedAtMs + visits.seconds * 1000 - Date.now()));
    const endedAtMs = Date.now();
    isOver = true;
    const inZohoAtMs = await untilInZoho(
      stack,
      planned.map(({ index }) => emailOf(index)),
    );
    const tookMs = (lone: boolean): number[] =>
      planned
        .filter(({ isLone }) => isLone === lone)
        .map(({ index }) => (inZohoAtMs.get(emailOf(index)) ?? NaN) - (postedAtMs.get(index) ?? NaN));
    return { startedAtMs, endedAtMs, steadyMs: tookMs(false), loneMs: tookMs(true), acceptMs, emulatorMs };
  } finally {
    isOver = true;
    await probing;
  }
};

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkTable } from '../../../../infra/cli/doctor/check-table.ts';
import { scanTable } from '../../../../infra/cli/doctor/scan-table.ts';
import { createReceivers } from '../../../../infra/local/demo/receivers.ts';
import { connectTo } from '../../../../infra/local/stack.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import { freePortBase } from '../../start-process.ts';
import { createNoise } from '../noise.ts';
import { createCrowd, type Told } from './crowd.ts';
import { createKilledStack, type Line } from './killed-stack.ts';

export type KilledRun = { violations: string[]; kills: number; accepted: number; recorded: number };

/** Claims of the dead run out within half a minute; the rest is quick. */
const DRAIN_MS = 90_000;

const itemsOf = async ({ dynamoDb, records }: ReturnType<typeof connectTo>): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const item of scanTable(dynamoDb, records.name)) items.push(item);
  return items;
};

const isWork = ({ kind }: Item): boolean => kind === 'submission' || kind === 'delivery';
const isUnfinished = (item: Item): boolean => isWork(item) && (item.state === 'pending' || item.state === 'sending');

/** What Zoho and the inbox hold, against what those outside were told. */
const compare = async (line: Line, items: Item[], told: Told): Promise<string[]> => {
  const violations: string[] = [];
  const receivers = createReceivers(line.addresses);
  const emails = new Map<string, number>();
  for (const { Email } of await receivers.leads()) emails.set(Email ?? '', (emails.get(Email ?? '') ?? 0) + 1);
  const states = new Map(items.map(({ pk, state }) => [pk, state]));
  for (const [id, email] of told.accepted) {
    const state = states.get(`submission#${id}`);
    if (state !== 'delivered') violations.push(`an accepted submission is ${state ?? 'not in the table'}`);
    if (emails.get(email) !== 1) violations.push(`somebody accepted is ${emails.get(email) ?? 0} leads in Zoho`);
  }
  for (const [email, count] of emails) {
    if (!told.sent.has(email)) violations.push('a lead in Zoho comes from no post');
    if (count > 1) violations.push(`one person is ${count} leads in Zoho`);
  }
  const received = new Set((await receivers.events()).map(({ id }) => id));
  const made = new Set(items.filter(({ kind }) => kind === 'event').map(({ id }) => String(id)));
  for (const id of told.recorded) if (!made.has(id)) violations.push('a recorded status change made no event');
  for (const id of made) if (!received.has(id)) violations.push('an event is not in the inbox');
  for (const id of received) if (!made.has(id)) violations.push('the inbox holds an event nobody recorded');
  for (const { kind, state, reason } of items.filter(isWork))
    if (state !== 'delivered') violations.push(`a ${kind} ended ${state} (${reason ?? 'no reason'})`);
  return [...new Set(violations)];
};

/**
 * Starts the real stack as a process, sends it posts and status changes, and kills it at random moments, at its start
 * too; then lets it come to rest and compares.
 */
export const killStack = async (of: { seed: number; kills: number }): Promise<KilledRun> => {
  const noise = createNoise(of.seed);
  const state = mkdtempSync(join(tmpdir(), 'leadloop-killed-'));
  const stack = createKilledStack(state, await freePortBase());
  const told: Told = { accepted: new Map(), sent: new Set(), recorded: new Set() };
  let clients: ReturnType<typeof connectTo> | undefined;
  try {
    for (let life = 0; life < of.kills; life += 1) {
      if (life > 0 && noise.chance(0.25)) {
        await stack.begin();
        await wait(noise.between(50, 1_500));
      } else {
        const crowd = createCrowd(await stack.start(), told, noise, life);
        const running = crowd.run();
        await crowd.untilHeard();
        await wait(noise.between(0, 2_500));
        await stack.kill();
        await crowd.stop();
        await running;
      }
      await stack.kill();
    }
    const line = await stack.start();
    clients = connectTo(line.addresses);
    const giveUpAtMs = Date.now() + DRAIN_MS;
    let items = await itemsOf(clients);
    while (items.some(isUnfinished) && Date.now() < giveUpAtMs) {
      await wait(500);
      items = await itemsOf(clients);
    }
    const violations = await compare(line, items, told);
    const { getMany } = clients.records;
    const { findings } = await checkTable(items, { nowMs: Date.now(), getMany });
    violations.push(...findings.map(({ rule, message }) => `doctor: ${rule} (${message})`));
    return { violations, kills: of.kills, accepted: told.accepted.size, recorded: told.recorded.size };
  } finally {
    clients?.close();
    await stack.kill();
    rmSync(state, { recursive: true, force: true });
  }
};

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasDynoxide } from '../../../infra/local/dynamodb.ts';
import { builtFunctions } from '../../support/built-functions.ts';
import { type Hung, runCondition } from '../isolation/conditions.ts';
import { startHangingZoho } from '../isolation/hanging-zoho.ts';
import { makeKeptTables } from '../isolation/kept-tables.ts';
import type { Block, Visits } from '../isolation/measure-block.ts';
import { startKeptStack } from '../isolation/running-stack.ts';
import {
  type ConditionFigures,
  type ConditionName,
  figuresOf,
  OTHER_CLIENT,
  type RatioFigures,
  ratiosOf,
} from '../isolation/summary.ts';
import { interleave } from '../measure/interleave.ts';
import { benchSource } from '../simulation/leads.ts';

export type RealIsolation = {
  waiting: number;
  rounds: number;
  visits: Visits;
  /** What putting the waiting leads onto the table took. */
  seedSeconds: number;
  /** Of the machine, over a minute, as it began and as it ended. */
  load: [number, number];
  conditions: Partial<Record<ConditionName, ConditionFigures>>;
  /** Each round's `beside` by its own `alone`, and by its own `present`. */
  ratio: { byAlone?: RatioFigures; byPresent?: RatioFigures };
  /** Of the block that had the fewest: calls that got no answer, and the share of its time in which one at least hung. */
  hangingCalls: number;
  hangingShare: number;
};

type Size = {
  waiting: number;
  rounds: number;
  visits: Visits;
  /** Each list on a stack of its own, one condition after the other. */
  stacks: ConditionName[][];
};

const WHOLE: Size = {
  waiting: 50_000,
  rounds: 4,
  visits: { seconds: 10, perSecond: 5, loneClients: ['client-c', 'client-d', 'client-e'], loneEveryMs: 2_000 },
  stacks: [['alone'], ['present'], ['beside'], ['starting'], ['written']],
};

const SEED = 11;

/**
 * In real time and on the whole local stack, each stack over a fresh copy of the same tables: what a client's leads take
 * to Zoho while another client's wait, and while its Zoho hangs. Undefined where dynoxide, whose tables are files, does
 * not run.
 * @throws when nothing hung in a block that was to show what hanging calls do
 */
export const measureRealIsolation = async ({
  waiting,
  rounds,
  visits,
  stacks,
}: Size = WHOLE): Promise<RealIsolation | undefined> => {
  if (!hasDynoxide()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-isolation-'));
  const zoho = await startHangingZoho();
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const functionsDir = await builtFunctions();
    const other = benchSource(OTHER_CLIENT, zoho.baseUrl, { gather: '0s' });
    const [emptyTables, fullTables] = [join(folder, 'empty'), join(folder, 'full')];
    const names = stacks.flat();
    if (names.includes('alone')) await makeKeptTables(emptyTables, other, zoho, 0);
    const seedSeconds = await makeKeptTables(fullTables, other, zoho, waiting);

    const blocks: Array<[ConditionName, Block & { hung?: Hung }]> = [];
    await interleave(stacks, rounds, async (onOne, round) => {
      const stateDir = join(folder, 'state');
      cpSync(onOne.includes('alone') ? emptyTables : fullTables, stateDir, { recursive: true });
      const stack = await startKeptStack(stateDir, functionsDir, zoho.baseUrl);
      try {
        for (const name of onOne)
          blocks.push([name, await runCondition(name, { stack, zoho, waiting, visits, seed: SEED + round })]);
      } finally {
        await stack.end();
        rmSync(stateDir, { recursive: true, force: true });
      }
    });

    const of = (name: ConditionName) => blocks.filter(([measured]) => measured === name).map(([, block]) => block);
    const hung = blocks.flatMap(([, block]) => (block.hung === undefined ? [] : [block.hung]));
    return {
      waiting,
      rounds,
      visits,
      seedSeconds,
      load: [loadBefore, loadavg()[0] ?? 0],
      conditions: Object.fromEntries(names.map((name) => [name, figuresOf(of(name))])),
      ratio: {
        ...(names.includes('alone') ? { byAlone: ratiosOf(of('beside'), of('alone')) } : {}),
        ...(names.includes('present') ? { byPresent: ratiosOf(of('beside'), of('present')) } : {}),
      },
      hangingCalls: Math.min(...hung.map(({ calls }) => calls)),
      hangingShare: Math.min(...hung.map(({ share }) => share)),
    };
  } finally {
    await zoho.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

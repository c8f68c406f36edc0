import { type FunctionName, functionNames } from './functions.ts';
import type { Fate } from './simulated-process.ts';

/**
 * Every await of the six functions at which something lies outside: which port, and what the call is about. A process
 * can be struck on either side of each. A new one has to be declared here; the long run names those that are not.
 */
const awaits = {
  'submit-lead': ['records.get source', 'records.put submission', 'records.transact submission', 'sleep'],
  'receive-webhook': [
    'records.get source',
    'records.get status',
    'records.put call',
    'records.transact delivery+event+status',
    'records.transact status',
    'sleep',
  ],
  'connect-zoho': [
    'records.get source',
    'secrets.get current',
    'secrets.get version',
    'secrets.put',
    'send /crm/v8/org',
    'send /oauth/v2/token',
    'sleep',
    'tokens.get token',
    'tokens.transact lane+token',
    'tokens.update token',
    'tokens.update visit',
  ],
  dispatch: [
    'records.getMany lane',
    'records.put crowd',
    'records.query list',
    'records.query work',
    'startWorker destination',
    'startWorker zoho',
  ],
  'deliver-leads': [
    'records.get crowd',
    'records.get lane',
    'records.get source',
    'records.get submission',
    'records.getMany submission',
    'records.query person',
    'records.query work',
    'records.transact submission',
    'records.update lane',
    'records.update submission',
    'secrets.get version',
    'send /crm/v8/Leads',
    'send /crm/v8/Leads/upsert',
    'send /crm/v8/coql',
    'send /oauth/v2/token',
    'sleep',
    'tokens.get token',
    'tokens.update token',
  ],
  'deliver-events': [
    'records.get crowd',
    'records.get delivery',
    'records.get event',
    'records.get lane',
    'records.get source',
    'records.getMany delivery',
    'records.query work',
    'records.update delivery',
    'records.update lane',
    'secrets.get current',
    'send /hooks',
    'sleep',
  ],
} as const satisfies Record<FunctionName, readonly string[]>;

/** `deliver-leads send /crm/v8/Leads/upsert after`: the function, the port call, the phase. */
export const crashPoints: readonly string[] = functionNames.flatMap((name) =>
  awaits[name].flatMap((call) => [`${name} ${call} before`, `${name} ${call} after`]),
);

/**
 * The `nth` time (from 0) this crash point is passed, the process dies, or is frozen for a while.
 */
export type Blow = { point: string; nth: number; frozenMs?: number | undefined };

/** Where processes came by and where they were struck, over many worlds. */
export const createCoverage = () => {
  const passed = new Map<string, number>();
  const struck = new Map<string, number>();
  const count = (map: Map<string, number>, point: string): void => void map.set(point, (map.get(point) ?? 0) + 1);
  return {
    passed: (point: string): void => count(passed, point),
    struck: (point: string): void => count(struck, point),
    counts: (): { passed: ReadonlyMap<string, number>; struck: ReadonlyMap<string, number> } => ({ passed, struck }),
    /** Declared points that no process came by, or at which none was struck, and points that are not declared. */
    gaps: (): { neverReached: string[]; neverStruck: string[]; undeclared: string[] } => ({
      neverReached: crashPoints.filter((point) => !passed.has(point)),
      neverStruck: crashPoints.filter((point) => passed.has(point) && !struck.has(point)),
      undeclared: [...passed.keys()].filter((point) => !crashPoints.includes(point)).sort(),
    }),
  };
};
export type Coverage = ReturnType<typeof createCoverage>;

/** Strikes as a schedule says, each blow once. */
export const createDoom = (blows: Blow[], coverage: Coverage) => {
  const passes = new Map<string, number>();
  let over = false;
  let kills = 0;
  let freezes = 0;
  return {
    doom: (point: string): Fate => {
      coverage.passed(point);
      if (over) return 'lives';
      const pass = passes.get(point) ?? 0;
      passes.set(point, pass + 1);
      const blow = blows.find((one) => one.point === point && one.nth === pass);
      if (blow === undefined) return 'lives';
      coverage.struck(point);
      if (blow.frozenMs === undefined) kills += 1;
      else freezes += 1;
      return blow.frozenMs === undefined ? 'dies' : { frozenMs: blow.frozenMs };
    },
    end: (): void => {
      over = true;
    },
    kills: () => kills,
    freezes: () => freezes,
  };
};

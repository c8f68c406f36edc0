import type { Sleep } from '../../../lib/platform/clock.ts';
import { createInstance, type FunctionName, type Invocable, type Outside, timeoutMs } from './functions.ts';
import type { Noise } from './noise.ts';
import { createProcess, type Doom, type SimulatedProcess } from './simulated-process.ts';

export type Invocation = { status: 'returned'; result: unknown } | { status: 'threw' } | { status: 'died' };

type Instance = { process: SimulatedProcess; handler: Invocable; end: (invocation: Invocation) => void };

/** Clocks differ by up to 2 s of each other. */
const SKEW_MS = 1_000;

/**
 * Every instance of every function, as Lambda keeps them: one invocation at a time each, idle ones used again, dead
 * ones never. An invocation that outlives its function's time is killed with its process.
 */
export const createFleet = ({
  clock,
  noise,
  doom,
  outside,
  skewMs = SKEW_MS,
}: {
  clock: { now: () => number; sleep: Sleep };
  noise: Noise;
  doom: Doom;
  /** What the instances of a function see of the world. */
  outside: (name: FunctionName) => Outside;
  /** How far an instance's clock is off at most. */
  skewMs?: number;
}) => {
  const idle = new Map<FunctionName, Instance[]>();
  const busy = new Set<Instance>();
  let workerDeaths = 0;

  const createOne = (name: FunctionName): Instance => {
    const instance: Instance = {
      process: createProcess({
        name,
        clock,
        doom,
        skewMs: noise.between(-skewMs, skewMs),
        onDeath: () => {
          if (busy.delete(instance) && name.startsWith('deliver-')) workerDeaths += 1;
          instance.end({ status: 'died' });
        },
      }),
      handler: () => Promise.resolve(undefined),
      end: () => undefined,
    };
    instance.handler = createInstance(name, instance.process, outside(name));
    return instance;
  };

  const take = (name: FunctionName): Instance => {
    const warm = idle.get(name)?.pop();
    return warm === undefined || noise.chance(0.2) ? createOne(name) : warm; // AWS drops idle instances as it likes
  };

  return {
    /** Runs one invocation; never rejects. */
    invoke: (name: FunctionName, event: unknown): Promise<Invocation> =>
      new Promise((resolve) => {
        const instance = take(name);
        const deadlineAtMs = clock.now() + timeoutMs[name];
        const over = new AbortController();
        busy.add(instance);
        instance.end = (invocation) => {
          over.abort();
          resolve(invocation);
        };
        void clock.sleep(timeoutMs[name], over.signal).then(() => {
          if (!over.signal.aborted) instance.process.die();
        });
        const finish = (invocation: Invocation): void => {
          if (instance.process.isDead()) return;
          busy.delete(instance);
          idle.set(name, [...(idle.get(name) ?? []), instance]);
          instance.end(invocation);
        };
        const context = { getRemainingTimeInMillis: () => Math.max(0, deadlineAtMs - clock.now()) };
        instance.handler(event, context).then(
          (result) => finish({ status: 'returned', result }),
          () => finish({ status: 'threw' }),
        );
      }),
    /** Everything that runs or waits dies at once. */
    killAll: (): void => {
      for (const { process } of [...busy, ...[...idle.values()].flat()]) process.die();
      idle.clear();
    },
    isIdle: () => busy.size === 0,
    /** Workers that died over a lane. */
    workerDeaths: () => workerDeaths,
  };
};
export type Fleet = ReturnType<typeof createFleet>;

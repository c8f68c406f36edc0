import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Invocation, InvocationResult, WorkerInput } from './lambda-worker.ts';

export type InvokeResult =
  | { status: 'returned'; result: unknown }
  | { status: 'threw'; errorType: string }
  | { status: 'timed_out' };

export type FunctionConfiguration = {
  name: string;
  /** The built bundle. */
  file: string;
  timeoutSeconds: number;
  /** All it finds in its environment; nothing of ours leaks in. */
  environment: Record<string, string>;
};

/** `kind`: Node's names for what was still open, such as `Timeout` or `TCPSocketWrap`. */
export type OpenWork = { function: string; kind: string };

/** `settle` is there while an invocation runs. Until the bundle is loaded, or has failed to, none does. */
type Instance = { worker: Worker; isLoaded: boolean; settle: ((result: InvokeResult) => void) | undefined };
type Job = { event: unknown; sinceMs: number; resolve: (result: InvokeResult) => void };
type Pool = FunctionConfiguration & { instances: Set<Instance>; waiting: Job[] };

const EXITED: InvokeResult = { status: 'threw', errorType: 'Runtime.ExitError' };

/** Lambda scales out to the account's limit; one machine does not need more of one function at once. */
const MAX_INSTANCES = 20;
/** A new instance costs this machine far more than this short wait for one that is about to be free. */
const SCALE_OUT_AFTER_MS = 25;
/** Per function. More at once would only make each of them later. */
const MAX_LOADING = Math.max(2, availableParallelism());
const WORKER = join(import.meta.dirname, 'lambda-worker.ts');

/**
 * Runs functions as Lambda does: each instance in a thread of its own, one invocation at a time, more instances when
 * all are busy, none shared between functions. What a function prints goes to `log`, a line at a time.
 */
export const createLambdaRuntime = (functions: FunctionConfiguration[], log: (line: string) => void) => {
  const pools = new Map<string, Pool>(
    functions.map((one) => [one.name, { ...one, instances: new Set<Instance>(), waiting: [] }]),
  );
  let closed = false;

  const report = (name: string, result: InvokeResult): void => {
    if (result.status === 'returned' || closed) return;
    const error = result.status === 'threw' ? { error: result.errorType } : {};
    log(
      JSON.stringify({ level: 'error', message: 'function.failed', function: name, outcome: result.status, ...error }),
    );
  };

  /** Work left open goes on here, and is frozen on Lambda: until the next invocation, or for ever. */
  const openWork: OpenWork[] = [];
  const reportOpenWork = (name: string, kinds: string[]): void => {
    const kind = [...new Set(kinds)].sort().join(',');
    openWork.push({ function: name, kind });
    log(
      JSON.stringify({ level: 'error', message: 'function.work_left_open', function: name, kind, count: kinds.length }),
    );
  };

  const fail = (pool: Pool, job: Job | undefined): void => {
    if (job === undefined) return;
    report(pool.name, EXITED);
    job.resolve(EXITED);
  };

  const createInstance = (pool: Pool): Instance => {
    const workerData: WorkerInput = { file: pool.file };
    const worker = new Worker(WORKER, {
      workerData,
      env: pool.environment,
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const instance: Instance = { worker, isLoaded: false, settle: undefined };
    for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', log);
    worker.on('message', (answer: InvocationResult | 'loaded') => {
      if (answer === 'loaded') {
        instance.isLoaded = true;
        next(pool);
        return;
      }
      if (answer.openWork.length > 0) reportOpenWork(pool.name, answer.openWork);
      instance.settle?.(
        answer.ok ? { status: 'returned', result: answer.result } : { status: 'threw', errorType: answer.errorType },
      );
    });
    worker.on('error', (error: unknown) => {
      const name = error instanceof Error ? error.name : 'unknown';
      log(JSON.stringify({ level: 'error', message: 'function.crashed', function: pool.name, error: name }));
    });
    worker.on('exit', () => {
      pool.instances.delete(instance);
      // One that ends while it loads would do so again: it takes the invocation it was made for with it.
      if (!instance.isLoaded && !closed) fail(pool, pool.waiting.shift());
      instance.settle?.(EXITED);
      next(pool);
    });
    pool.instances.add(instance);
    return instance;
  };

  const run = (pool: Pool, instance: Instance, { event, resolve }: Job): void => {
    const timeoutMs = pool.timeoutSeconds * 1000;
    const timer = setTimeout(() => {
      // As Lambda does: the instance is gone, and the next invocation gets a fresh one.
      pool.instances.delete(instance);
      instance.settle?.({ status: 'timed_out' });
      void instance.worker.terminate();
    }, timeoutMs);
    instance.settle = (result) => {
      clearTimeout(timer);
      instance.settle = undefined;
      report(pool.name, result);
      resolve(result);
      next(pool);
    };
    const invocation: Invocation = {
      requestId: randomUUID(),
      functionName: pool.name,
      deadlineAtMs: Date.now() + timeoutMs,
      event,
    };
    instance.worker.postMessage(invocation);
  };

  const needsAnother = ({ instances, waiting }: Pool, { sinceMs }: Job): boolean => {
    const loading = [...instances].filter(({ isLoaded }) => !isLoaded).length;
    const isLate = instances.size === 0 || performance.now() - sinceMs >= SCALE_OUT_AFTER_MS;
    return isLate && instances.size < MAX_INSTANCES && loading < Math.min(MAX_LOADING, waiting.length);
  };

  /** Hands waiting invocations to idle instances. Nothing is awaited in here, so no instance is taken twice. */
  const next = (pool: Pool): void => {
    while (!closed) {
      const [job] = pool.waiting;
      if (job === undefined) return;
      const idle = [...pool.instances].find(({ isLoaded, settle }) => isLoaded && settle === undefined);
      if (idle === undefined) {
        if (needsAnother(pool, job)) createInstance(pool);
        return;
      }
      pool.waiting.shift();
      run(pool, idle, job);
    }
  };

  return {
    has: (name: string): boolean => pools.has(name),
    /** Every invocation that answered before its work was done. */
    openWork: (): OpenWork[] => [...openWork],
    invoke: (name: string, event: unknown): Promise<InvokeResult> =>
      new Promise((resolve) => {
        const pool = pools.get(name);
        if (pool === undefined || closed) return resolve({ status: 'threw', errorType: 'ResourceNotFoundException' });
        pool.waiting.push({ event, sinceMs: performance.now(), resolve });
        next(pool);
        if (pool.waiting.length > 0) setTimeout(() => next(pool), SCALE_OUT_AFTER_MS + 1);
      }),
    /** Loads one instance of each function, so that the first visitor meets a warm one. */
    warm: (): void => {
      for (const pool of pools.values()) createInstance(pool);
    },
    /** Ends every instance, whatever it is doing; what ran or waited counts as thrown. */
    close: async (): Promise<void> => {
      closed = true;
      const all = [...pools.values()];
      for (const { resolve } of all.flatMap(({ waiting }) => waiting.splice(0))) resolve(EXITED);
      await Promise.all(all.flatMap(({ instances }) => [...instances]).map(({ worker }) => worker.terminate()));
    },
  };
};
export type LambdaRuntime = ReturnType<typeof createLambdaRuntime>;

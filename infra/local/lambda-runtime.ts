import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Invocation, InvocationResult, WorkerInput } from './lambda-worker.ts';

export type InvokeResult = { status: 'returned'; result: unknown } | { status: 'threw'; errorType: string } | { status: 'timed_out' };

type Instance = { worker: Worker; pending: ((result: InvokeResult) => void) | undefined };

export type FunctionConfiguration = { name: string; file: string; timeoutSeconds: number; environment: Record<string, string> };

/** Lambda scales out to the account's limit; one machine does not need more of one function at once. */
const MAX_INSTANCES = 20;
const WORKER = join(import.meta.dirname, 'lambda-worker.ts');

/**
 * Runs functions as Lambda does: each instance in a thread of its own, one invocation at a time, more instances when
 * all are busy, none shared between functions. What a function prints goes to `log`, a line at a time.
 */
export const createLambdaRuntime = (functions: FunctionConfiguration[], log: (line: string) => void) => {
  const configurations = new Map(functions.map((one) => [one.name, one]));
  const instances = new Map<string, Instance[]>(functions.map(({ name }) => [name, []]));
  const waiting = new Map<string, Array<() => void>>(functions.map(({ name }) => [name, []]));
  const running = new Set<Promise<InvokeResult>>();
  let closed = false;

  const createInstance = ({ name, file, environment }: FunctionConfiguration): Instance => {
    const workerData: WorkerInput = { file };
    const worker = new Worker(WORKER, { workerData, env: environment, stdout: true, stderr: true });
    const instance: Instance = { worker, pending: undefined };
    for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', log);
    worker.on('message', (answer: InvocationResult) => {
      instance.pending?.(answer.ok ? { status: 'returned', result: answer.result } : { status: 'threw', errorType: answer.errorType });
    });
    const gone = (errorType: string) => {
      instances.set(name, (instances.get(name) ?? []).filter((one) => one !== instance));
      instance.pending?.({ status: 'threw', errorType });
    };
    worker.on('error', (error: unknown) => {
      log(JSON.stringify({ level: 'error', message: 'function.crashed', function: name, error: error instanceof Error ? error.name : 'unknown' }));
      gone('Runtime.ExitError');
    });
    worker.on('exit', () => gone('Runtime.ExitError'));
    instances.get(name)?.push(instance);
    return instance;
  };

  const freeInstance = async (configuration: FunctionConfiguration): Promise<Instance> => {
    for (;;) {
      const all = instances.get(configuration.name) ?? [];
      const idle = all.find(({ pending }) => pending === undefined);
      if (idle !== undefined) return idle;
      if (all.length < MAX_INSTANCES) return createInstance(configuration);
      await new Promise<void>((resolve) => waiting.get(configuration.name)?.push(resolve));
    }
  };

  const invokeOnce = async (name: string, event: unknown): Promise<InvokeResult> => {
    const configuration = configurations.get(name);
    if (configuration === undefined || closed) return { status: 'threw', errorType: 'ResourceNotFoundException' };
    const instance = await freeInstance(configuration);
    const deadlineAtMs = Date.now() + configuration.timeoutSeconds * 1000;
    const invocation: Invocation = { requestId: randomUUID(), functionName: name, deadlineAtMs, event };
    const result = await new Promise<InvokeResult>((resolve) => {
      const timer = setTimeout(() => {
        resolve({ status: 'timed_out' });
        void instance.worker.terminate(); // as Lambda does; the next invocation gets a fresh instance
      }, configuration.timeoutSeconds * 1000);
      instance.pending = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      instance.worker.postMessage(invocation);
    });
    instance.pending = undefined;
    waiting.get(name)?.shift()?.();
    if (result.status !== 'returned')
      log(JSON.stringify({ level: 'error', message: 'function.failed', function: name, outcome: result.status, ...('errorType' in result ? { error: result.errorType } : {}) }));
    return result;
  };

  return {
    has: (name: string) => configurations.has(name),
    invoke: (name: string, event: unknown): Promise<InvokeResult> => {
      const started = invokeOnce(name, event);
      running.add(started);
      void started.finally(() => running.delete(started));
      return started;
    },
    /** Loads one instance of each function, so that the first visitor meets a warm one. */
    warm: async (): Promise<void> => {
      for (const configuration of functions) createInstance(configuration);
    },
    close: async (): Promise<void> => {
      closed = true;
      await Promise.all([...instances.values()].flat().map(({ worker }) => worker.terminate()));
    },
  };
};
export type LambdaRuntime = ReturnType<typeof createLambdaRuntime>;

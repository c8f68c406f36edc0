import { parentPort, workerData } from 'node:worker_threads';

/** One instance of a function: loads the built bundle once, then serves one invocation at a time. */

export type WorkerInput = { file: string };
export type Invocation = { requestId: string; functionName: string; deadlineAtMs: number; event: unknown };
/** `openWork`: what the function left running, by kind; Lambda freezes it with the answer. */
export type InvocationResult = { openWork: string[] } & (
  | { ok: true; result: unknown }
  | { ok: false; errorType: string }
);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { file } = workerData as WorkerInput;
const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');

/** Our own errors by their code, all others by their name; never by their message. */
const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

const loading: Promise<Handler> = import(file).then((module: { handler: Handler }) => module.handler);
loading.catch((error: unknown) => {
  // Lambda shows what went wrong at start in the log; a broken bundle must not stay a riddle here either.
  const detail = error instanceof Error ? error.message.slice(0, 500) : '';
  process.stderr.write(
    `${JSON.stringify({ level: 'error', message: 'function.start_failed', error: errorType(error), detail })}\n`,
  );
});

/** Ports are how this thread talks to the runtime and prints; Lambda has none. */
const openResources = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind !== 'MessagePort');

/** What stands open of itself in this thread. */
let idle: string[] = [];
const loaded = async (): Promise<void> => {
  await turns();
  idle = openResources();
  port.postMessage('loaded');
};
loading.then(loaded, loaded);

/** Lets what is over come to its end: answered requests give their sockets back to the pool, which holds nothing open. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/**
 * Timers, requests, connections, file operations that would keep a process alive, beyond those of an idle instance.
 * Pooled sockets do not, nor do timers somebody has unref'd, such as that of `AbortSignal.timeout`.
 */
const openWork = async (): Promise<string[]> => {
  await turns();
  const open = openResources();
  for (const kind of idle) if (open.includes(kind)) open.splice(open.indexOf(kind), 1);
  return open;
};

port.on('message', async ({ requestId, functionName, deadlineAtMs, event }: Invocation) => {
  const context = {
    awsRequestId: requestId,
    functionName,
    getRemainingTimeInMillis: () => Math.max(0, deadlineAtMs - Date.now()),
  };
  let answer: { ok: true; result: unknown } | { ok: false; errorType: string };
  try {
    const handler = await loading;
    // Through JSON, as Lambda does: what does not survive it does not survive here.
    const result = await handler(event, context);
    answer = { ok: true, result: result === undefined ? null : JSON.parse(JSON.stringify(result)) };
  } catch (error) {
    answer = { ok: false, errorType: errorType(error) };
  }
  port.postMessage({ ...answer, openWork: await openWork() } satisfies InvocationResult);
});

import * as z from 'zod/mini';

/** What `dispatch` hands a worker: the one lane it is to serve. */
export const workerEvent = z.object({ lane: z.string() });
export type WorkerEvent = z.infer<typeof workerEvent>;

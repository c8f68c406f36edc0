import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';

const PROBE = join(import.meta.dirname, 'probe.mjs');

const result = z.object({
  importMs: z.number(),
  importCpuMs: z.number(),
  requests: z.array(z.object({ status: z.number(), ms: z.number(), cpuMs: z.number() })),
  rssMb: z.number(),
});
export type Probe = z.infer<typeof result>;

/**
 * Starts a process that loads `file` as Lambda would and hands it the events one after the other.
 * @throws when the process fails, or when a request is not answered 202
 */
export const runProbe = async (file: string, events: unknown[], env: Record<string, string>): Promise<Probe> => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, file, JSON.stringify(events)], {
    env,
    timeout: 60_000,
    maxBuffer: 2 ** 22,
  });
  const probe = result.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  const wrong = probe.requests.find(({ status }) => status !== 202);
  if (wrong !== undefined) throw new Error(`${file} answered ${wrong.status} instead of 202`);
  return probe;
};

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod/mini';

const PROGRAM = join(import.meta.dirname, 'request-loop.mjs');
const answer = z.object({ ms: z.array(z.number()), rssMb: z.number() });

/**
 * A built function in a warm process, one request at a time as on Lambda.
 * @throws when it answers anything but 202
 */
export const startWarmFunction = async (file: string, env: Record<string, string>) => {
  const child = fork(PROGRAM, [file], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)}`);
  });
  gone.catch(() => undefined); // it is heard of by whoever waits
  await Promise.race([once(child, 'message'), gone]);
  return {
    handle: async (events: unknown[]): Promise<z.infer<typeof answer>> => {
      child.send({ events });
      const [message] = await Promise.race([once(child, 'message'), gone]);
      return answer.parse(message);
    },
    end: async (): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
};

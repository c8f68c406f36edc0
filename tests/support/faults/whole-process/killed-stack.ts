import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { checkPort } from '../../../../infra/local/dynamodb.ts';
import { type Started, startProcess } from '../../start-process.ts';

const text = z.string();
const line = z.object({
  addresses: z.object({
    stage: text,
    region: text,
    gateway: text,
    sandbox: text,
    inbox: text,
    dynamodb: text,
    secretsManager: text,
    lambda: text,
    recordsTable: text,
    tokensTable: text,
  }),
  apiKey: text,
});
export type Line = z.infer<typeof line>;

const PORTS = [0, 1, 2, 3, 4, 5];

/** One state folder and six ports, over which a stack lives several lives. */
export const createKilledStack = (state: string, portBase: number) => {
  let running: Started | undefined;

  /** The emulator notices a moment after its parent is gone; a new life needs its ports. */
  const untilPortsAreFree = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const taken = await Promise.allSettled(PORTS.map((offset) => checkPort(portBase + offset, 'stack')));
      if (taken.every(({ status }) => status === 'fulfilled')) return;
      await wait(50);
    }
    throw new Error('a killed stack left something listening');
  };

  const begin = async (): Promise<Started> => {
    await untilPortsAreFree();
    const script = 'tests/support/faults/whole-process/stack-process.ts';
    running = startProcess(process.execPath, [script, '--state', state, '--port-base', String(portBase)]);
    return running;
  };

  return {
    /** Starts, and does not wait until it is up. */
    begin,
    /** Starts and waits until it is up. */
    start: async (): Promise<Line> => line.parse(JSON.parse(await (await begin()).says('\n'))),
    /** SIGKILL: nothing of it gets to say or write another word. */
    kill: async (): Promise<void> => {
      running?.child.kill('SIGKILL');
      await running?.ended;
    },
    errors: (): string => running?.err() ?? '',
  };
};

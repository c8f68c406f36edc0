import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { connectTo, STAGE } from '../../../infra/local/stack.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { equals } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { connectionOf } from '../../../lib/sources/source.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { laneKey } from '../../../lib/work/work-item.ts';
import { startProcess } from '../../support/start-process.ts';
import { grantConnection } from '../measures/grant-connection.ts';
import { benchSource, leadFields } from '../simulation/leads.ts';

const ready = z.object({
  addresses: z.object({
    gateway: z.string(),
    dynamodb: z.string(),
    secretsManager: z.string(),
    region: z.string(),
    recordsTable: z.string(),
    tokensTable: z.string(),
  }),
  zoho: z.object({ baseUrl: z.string(), clientId: z.string(), clientSecret: z.string() }),
});
const PROGRAM = join(import.meta.dirname, 'stack-program.ts');

const report = z.object({
  calls: z.array(
    z.looseObject({
      atMs: z.number(),
      durationMs: z.nullable(z.number()),
      path: z.string(),
      status: z.nullable(z.number()),
      requestBody: z.unknown(),
    }),
  ),
});
const written = z.object({ data: z.array(z.looseObject({ Email: z.string() })) });

/** The calls a sandbox was asked to write leads by, as its log has them. */
export const upsertsAt = async (baseUrl: string) => {
  const { calls } = report.parse(await (await fetch(`${baseUrl}/sandbox/calls`)).json());
  return calls.filter(({ path }) => path.endsWith('/upsert'));
};

/** Starts a stack over kept tables, and looks into it from outside, as visitors, Zoho's owner and an operator would. */
export const startKeptStack = async (stateDir: string, functionsDir: string, otherZoho: string) => {
  const program = startProcess(process.execPath, [
    PROGRAM,
    ...['--state', stateDir, '--functions', functionsDir, '--other-zoho', otherZoho],
  ]);
  const end = async (): Promise<void> => {
    if (program.child.exitCode === null && program.child.signalCode === null) {
      program.child.kill('SIGTERM');
      await once(program.child, 'exit');
    }
  };
  try {
    const { addresses, zoho } = ready.parse(JSON.parse(await program.says('\n')));
    const { records, tokens, secrets, close } = connectTo(addresses);
    let visitors = 0;
    return {
      records,
      zoho,
      /** A client with a healthy Zoho, whose leads go out at once. */
      addClient: async (id: string): Promise<void> => {
        const source = benchSource(id, zoho.baseUrl, { gather: '0s' });
        await applySource(source, { table: records, secrets, stage: STAGE, now: Date.now, randomId });
        await grantConnection({ records, tokens }, zoho, connectionOf(source));
      },
      /** Everybody is somebody else, for as long as the stack runs. */
      nextVisitor: (): number => (visitors += 1),
      /** One visitor posts the form of a client. */
      post: async (id: string, index: number): Promise<void> => {
        const body = new URLSearchParams(leadFields(index));
        const answer = await fetch(`${addresses.gateway}/sources/${id}/forms/contact`, { method: 'POST', body });
        if (answer.status !== 202) throw new Error(`a form post was answered ${answer.status}`);
        await answer.arrayBuffer();
      },
      /** When each lead was in Zoho, by its e-mail. */
      inZohoAtMs: async (): Promise<Map<string, number>> => {
        const atMs = new Map<string, number>();
        for (const call of await upsertsAt(zoho.baseUrl)) {
          if (call.status !== 200 && call.status !== 201) continue;
          for (const { Email } of written.parse(call.requestBody).data)
            if (!atMs.has(Email)) atMs.set(Email, call.atMs + (call.durationMs ?? 0));
        }
        return atMs;
      },
      /**
       * Opens a parked lane as if it had never failed. The operator's command would begin with one lead; this is the
       * most that a hanging Zoho can hold: every call the lane may make, a hundred leads in each.
       */
      openAtFullPace: async (connection: string): Promise<void> => {
        const lane = connectionLane(connection);
        const change = { set: { state: 'open', bell: lane }, remove: ['reason', 'parkedAtMs', 'pace'] };
        const { status } = await records.update(laneKey(lane), change, equals('state', 'parked'));
        if (status !== 'written') throw new Error(`lane ${lane} was not parked`);
      },
      forgetCalls: () => fetch(`${zoho.baseUrl}/sandbox/reset`, { method: 'POST' }),
      end: async (): Promise<void> => {
        close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};
export type KeptStack = Awaited<ReturnType<typeof startKeptStack>>;

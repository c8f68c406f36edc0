import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { buildFunctions } from '../../../infra/build/build.ts';
import { startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import type { Item } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { readSourceItem } from '../../../lib/sources/source-item.ts';
import { acceptSubmission } from '../../../lib/submissions/accept-submission.ts';
import { openGrant } from '../../../lib/tokens/open-grant.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { sourceKey } from '../../../lib/work/work-item.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { createMemoryTable } from '../../support/memory-table.ts';
import { quantile } from '../measure/statistics.ts';
import { benchSource, leadFields } from '../simulation/leads.ts';
import { type EmulatedTables, startEmulatedTables } from './emulated-table.ts';

export type DrainMemory = {
  leads: number;
  /** Limited by the emulator, not by Zoho: it writes 100 to 2,000 items a second. */
  seconds: number;
  peakRssMb: number;
  /** The worker's processor time, TLS left out: what limits it on Lambda, where a virtual second costs none. */
  cpuMsPerLead: number;
  /** Medians of the second and of the last quarter: more at the end means that memory grows with what was sent. */
  secondQuarterMb: number;
  lastQuarterMb: number;
};

const printed = z.object({
  rssMb: z.array(z.tuple([z.number(), z.number()])),
  left: z.looseObject({ status: z.string(), items: z.optional(z.number()) }),
  maxRssMb: z.number(),
  cpuMs: z.number(),
});

/** Puts leads that are due onto the emulated table, a hundred in a transaction. */
const seed = async (tables: EmulatedTables, source: ReturnType<typeof benchSource>, leads: number): Promise<void> => {
  const stored = await tables.records.get(sourceKey(source.id));
  const settings = source.forms.contact;
  if (stored === undefined || settings === undefined) throw new Error('the source is not applied');
  const { hmacKey } = readSourceItem(stored);
  const staging = createMemoryTable();
  const post = { source: source.id, connection: source.id, hmacKey, form: 'contact', settings, gatherMs: 0, files: 0 };
  const ports = { table: staging, now: Date.now, sleep: async () => undefined, random: Math.random };
  for (let index = 0; index < leads; index += 1) await acceptSubmission({ ...post, fields: leadFields(index) }, ports);
  const items: Item[] = staging.items();
  for (let at = 0; at < items.length; at += 100)
    await tables.records.transact(items.slice(at, at + 100).map((put) => ({ put })));
};

/** One grant, with the access token that came with it. */
const connect = async (
  tables: EmulatedTables,
  { baseUrl, clientId, clientSecret }: { baseUrl: string; clientId: string; clientSecret: string },
  connection: string,
): Promise<void> => {
  const { code } = z
    .object({ code: z.string() })
    .parse(await (await fetch(`${baseUrl}/sandbox/codes`, { method: 'POST' })).json());
  const query = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code,
  });
  const answer = await fetch(`${baseUrl}/oauth/v2/token?${query}`, { method: 'POST' });
  const { access_token: value } = z.object({ access_token: z.string() }).parse(await answer.json());
  const token = { value, apiDomain: baseUrl, expiresAtMs: Date.now() + 3_600_000 };
  const deps = { table: tables.tokens, recordsTable: tables.records.name, now: Date.now };
  await openGrant(deps, { connection, secretVersionId: '00000000-0000-4000-8000-000000000001', token });
};

/** The built `deliver-leads` drains leads from the emulator into the sandbox, both over HTTP, in real time. */
export const measureDrainMemory = async (leads: number): Promise<DrainMemory> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-memory-'));
  const tables = await startEmulatedTables();
  const sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false });
  try {
    const source = benchSource('acme', sandbox.baseUrl, { gather: '0s' });
    const ports = { table: tables.records, secrets: createMemorySecrets(), stage: 'bench', now: Date.now, randomId };
    await applySource(source, ports);
    await connect(tables, sandbox, source.id);
    await seed(tables, source, leads);
    const [built] = await buildFunctions({ outDir: folder, names: ['deliver-leads'] });
    const hosts = { accounts: [sandbox.baseUrl], api: [sandbox.baseUrl] };
    const program = join(import.meta.dirname, 'drain-program.mjs');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, built?.file ?? '', connectionLane(source.id)],
      {
        env: { ...tables.environment, LEADLOOP_EXTRA_HOSTS: JSON.stringify(hosts) },
        timeout: 310_000,
        maxBuffer: 2 ** 26,
      },
    );
    const { rssMb, left, maxRssMb, cpuMs } = printed.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    if (left.items !== leads) throw new Error(`${String(left.items)} of ${leads} leads were delivered`);
    const seconds = (rssMb.at(-1)?.[0] ?? 0) / 1000;
    const quarter = (index: number): number =>
      quantile(
        rssMb.slice((rssMb.length * index) / 4, (rssMb.length * (index + 1)) / 4).map(([, mb]) => mb),
        0.5,
      );
    return {
      leads,
      seconds,
      peakRssMb: maxRssMb,
      cpuMsPerLead: cpuMs / leads,
      secondQuarterMb: quarter(1),
      lastQuarterMb: quarter(3),
    };
  } finally {
    await sandbox.close();
    await tables.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

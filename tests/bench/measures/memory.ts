import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { buildFunctions } from '../../../infra/build/build.ts';
import { startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { quantile } from '../measure/statistics.ts';
import { benchSource } from '../simulation/leads.ts';
import { startEmulatedTables } from './emulated-table.ts';
import { grantConnection } from './grant-connection.ts';
import { seedWaitingLeads } from './waiting-leads.ts';

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

/** The built `deliver-leads` drains leads from the emulator into the sandbox, both over HTTP, in real time. */
export const measureDrainMemory = async (leads: number): Promise<DrainMemory> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-memory-'));
  const tables = await startEmulatedTables();
  const sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false });
  try {
    const source = benchSource('acme', sandbox.baseUrl, { gather: '0s' });
    const ports = { table: tables.records, secrets: createMemorySecrets(), stage: 'bench', now: Date.now, randomId };
    await applySource(source, ports);
    await grantConnection(tables, sandbox, source.id);
    await seedWaitingLeads(tables.records, source, leads);
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

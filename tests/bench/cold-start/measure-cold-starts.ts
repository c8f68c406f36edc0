import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomId } from '../../../lib/platform/ids.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { postBy } from '../../support/demo-events.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { contactForm } from '../../unit/lib/submissions/contact-form.ts';
import { interleave } from '../measure/interleave.ts';
import { quantile, type Summary, summarize } from '../measure/statistics.ts';
import { startEmulatedTables } from '../measures/emulated-table.ts';
import { buildColdStarters, type ColdStarter, type ContenderName } from './contenders.ts';
import { type Probe, runProbe } from './run-probe.ts';
import { startTlsFront } from './tls-front.ts';

export type ColdStart = {
  label: string;
  kilobytes?: number;
  importMs: Summary;
  importCpuMs: Summary;
  /**
   * Import above the empty handler's, as a share of the plain bundle's: the median of each round's own ratio, by the
   * clock and by the processor's work, which other programs on the machine disturb less.
   */
  aboveEmpty?: { clock: number; cpu: number };
  firstHttpMs?: Summary;
  firstHttpsMs?: Summary;
  /** Work of the processor from the start of the import to the first answer over TLS. */
  untilAnsweredCpuMs?: Summary;
  warmMs?: Summary;
  rssMb: Summary;
};
export type ColdStarts = { rounds: number; contenders: Map<ContenderName, ColdStart>; skipped: string[] };

const prepareSource = async (table: Table): Promise<void> => {
  const source = sourceSchema.parse({ id: 'demo', forms: { contact: contactForm() } });
  await applySource(source, { table, secrets: createMemorySecrets(), stage: 'bench', now: Date.now, randomId });
};

type Round = { http: Probe; https?: Probe };

const summaries = (rounds: Round[], { label, kilobytes, takesRequests }: ColdStarter): ColdStart => {
  const probes = rounds.flatMap(({ http, https }) => (https === undefined ? [http] : [http, https]));
  const secure = rounds.flatMap(({ https }) => https ?? []);
  const ofRequest = (of: Probe[], index: number): Summary =>
    summarize(of.flatMap(({ requests }) => requests[index]?.ms ?? []));
  const cpuUntilAnswered = secure.map(({ importCpuMs, requests }) => importCpuMs + (requests[0]?.cpuMs ?? 0));
  return {
    label,
    ...(Number.isNaN(kilobytes) ? {} : { kilobytes: Math.round(kilobytes) }),
    importMs: summarize(probes.map(({ importMs }) => importMs)),
    importCpuMs: summarize(probes.map(({ importCpuMs }) => importCpuMs)),
    rssMb: summarize(probes.map(({ rssMb }) => rssMb)),
    ...(takesRequests
      ? {
          firstHttpMs: ofRequest(
            rounds.map(({ http }) => http),
            0,
          ),
          warmMs: ofRequest(probes, 1),
        }
      : {}),
    ...(takesRequests && secure.length > 0
      ? { firstHttpsMs: ofRequest(secure, 0), untilAnsweredCpuMs: summarize(cpuUntilAnswered) }
      : {}),
  };
};

type Figure = 'importMs' | 'importCpuMs';
/** The mean of a round's two processes. */
const importOf = ({ http, https = http }: Round, figure: Figure): number => (http[figure] + https[figure]) / 2;

const aboveEmpty = (figure: Figure, own: Round[], empty: Round[], plain: Round[]): number =>
  quantile(
    own.flatMap((round, index) => {
      const [floor, ceiling] = [empty[index], plain[index]];
      if (floor === undefined || ceiling === undefined) return [];
      const above = (other: Round): number => importOf(other, figure) - importOf(floor, figure);
      return above(round) / above(ceiling);
    }),
    0.5,
  );

const ratios = (own: Round[], empty: Round[], plain: Round[]) => ({
  clock: aboveEmpty('importMs', own, empty, plain),
  cpu: aboveEmpty('importCpuMs', own, empty, plain),
});

/**
 * Cold starts of `submit-lead` beside an empty handler, the same handler bundled plainly, and Zoho's SDK: each in fresh
 * processes on this Node, side by side, against one emulator, over http and over TLS.
 * @param levers also the steps between the plain bundle and ours
 */
export const measureColdStarts = async ({
  rounds,
  levers = false,
}: {
  rounds: number;
  levers?: boolean;
}): Promise<ColdStarts> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-cold-start-'));
  const tables = await startEmulatedTables();
  const emulator = tables.environment.AWS_ENDPOINT_URL_DYNAMODB;
  const front = await startTlsFront(emulator, folder);
  try {
    await prepareSource(tables.records);
    const starters = await buildColdStarters(folder, { levers });
    const environment = (endpoint: string): Record<string, string> => ({
      ...tables.environment,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      ...(front === undefined ? {} : { NODE_EXTRA_CA_CERTS: front.certificateFile }),
    });
    const start = (name: ContenderName, endpoint: string, visitor: string): Promise<Probe> => {
      const starter = starters.get(name);
      const events = starter?.takesRequests ? [postBy(`${visitor}-1`), postBy(`${visitor}-2`)] : [];
      return runProbe(starter?.file ?? '', events, environment(endpoint));
    };
    for (const [name, { warmUp }] of starters) if (warmUp) await start(name, emulator, `${name}-warm-up`);
    const measured = await interleave([...starters.keys()], rounds, async (name, round): Promise<Round> => {
      const visitor = `${name}-${round}`;
      const http = await start(name, emulator, `${visitor}-http`);
      // Who takes no requests only loads, which is the same twice.
      if (front === undefined || starters.get(name)?.takesRequests === false) return { http };
      return { http, https: await start(name, front.baseUrl, `${visitor}-https`) };
    });
    const of = (name: ContenderName): Round[] => measured.get(name) ?? [];
    const contenders = new Map<ContenderName, ColdStart>();
    for (const [name, starter] of starters)
      contenders.set(name, {
        ...summaries(of(name), starter),
        ...(name === 'bound' ? {} : { aboveEmpty: ratios(of(name), of('bound'), of('plain')) }),
      });
    const skipped = [
      ...(starters.has('sdk') ? [] : ['Zoho’s SDK: not installed (npm ci --prefix infra/tools)']),
      ...(front === undefined ? ['first request over https: no openssl to make a certificate with'] : []),
    ];
    return { rounds, contenders, skipped };
  } finally {
    await front?.close();
    await tables.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

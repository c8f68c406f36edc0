import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunctions } from '../../../infra/build/build.ts';
import { processBuiltins } from '../../../infra/build/process-builtins.ts';
import { leanSdk } from '../../../infra/build/sdk/lean-sdk.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import type { Item } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { acceptSubmission } from '../../../lib/submissions/accept-submission.ts';
import { httpEvent } from '../../support/faults/http-event.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { createMemoryTable } from '../../support/memory-table.ts';
import { interleave } from '../measure/interleave.ts';
import { quantile, type Summary, summarize } from '../measure/statistics.ts';
import { benchSource, leadFields } from '../simulation/leads.ts';
import { startEmulatedTables } from './emulated-table.ts';
import { startWarmFunction } from './warm-function.ts';

export type AcceptLatency = {
  emulator: string;
  requests: number;
  /** Medians and spread of the rounds' own. */
  leadloop: { p50Ms: Summary; p99Ms: Summary };
  bound: { p50Ms: Summary; p99Ms: Summary };
  /** Each round's own ratio of medians: what else the machine does meets both alike. */
  ratio: Summary;
};

const source = benchSource('acme', 'https://accounts.zoho.com');

const post = (index: number) =>
  httpEvent({
    method: 'POST',
    path: '/sources/acme/forms/contact',
    pathParameters: { source: 'acme', form: 'contact' },
    headers: { origin: 'http://127.0.0.1:4402' },
    form: leadFields(index),
  });

/** The item that a post becomes, under a key of the bench's own. */
const itemOf = async (index: number): Promise<Item> => {
  const table = createMemoryTable();
  const settings = source.forms.contact;
  if (settings === undefined) throw new Error('the bench has no form');
  const form = {
    source: source.id,
    connection: source.id,
    hmacKey: 'bench',
    form: 'contact',
    settings,
    gatherMs: 2_000,
  };
  const ports = { table, now: Date.now, sleep: async () => undefined, random: Math.random };
  await acceptSubmission({ ...form, fields: leadFields(index), files: 0 }, ports);
  const [item] = table.items();
  if (item === undefined) throw new Error('nothing was accepted');
  return { ...item, pk: `bare#${index}` };
};

const buildBarePut = async (folder: string): Promise<string> => {
  const entry = join(import.meta.dirname, '../contenders/bare-put-entry.ts');
  await build({
    entryPoints: { index: entry },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    minify: true,
    plugins: [processBuiltins, leanSdk],
    logLevel: 'silent',
  });
  return join(folder, 'index.mjs');
};

const WARM_UP = 50;

/**
 * What accepting a lead takes in a warm function, beside a bare conditional put of the same item: both bundled alike,
 * each in a process of its own, block by block in turn, against one emulator.
 */
export const measureAccept = async (rounds: number, perRound: number): Promise<AcceptLatency> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-accept-'));
  const tables = await startEmulatedTables();
  try {
    const ports = { table: tables.records, secrets: createMemorySecrets(), stage: 'bench', now: Date.now, randomId };
    await applySource(source, ports);
    const [built] = await buildFunctions({ outDir: folder, names: ['submit-lead'] });
    const functions = {
      leadloop: await startWarmFunction(built?.file ?? '', tables.environment),
      bound: await startWarmFunction(await buildBarePut(join(folder, 'bare')), tables.environment),
    };
    let next = 0;
    const eventsOf = async (name: 'leadloop' | 'bound', count: number): Promise<unknown[]> => {
      const indexes = Array.from({ length: count }, () => (next += 1));
      return name === 'leadloop'
        ? indexes.map(post)
        : Promise.all(indexes.map(async (index) => ({ item: await itemOf(index) })));
    };
    try {
      for (const name of ['leadloop', 'bound'] as const) await functions[name].handle(await eventsOf(name, WARM_UP));
      const measured = await interleave(['leadloop', 'bound'], rounds, async (name) => {
        const { ms } = await functions[name].handle(await eventsOf(name, perRound));
        return ms;
      });
      const of = (name: 'leadloop' | 'bound'): number[][] => measured.get(name) ?? [];
      const summary = (name: 'leadloop' | 'bound') => ({
        p50Ms: summarize(of(name).map((ms) => quantile(ms, 0.5))),
        p99Ms: summarize(of(name).map((ms) => quantile(ms, 0.99))),
      });
      const ratios = of('leadloop').map((ms, round) => quantile(ms, 0.5) / quantile(of('bound')[round] ?? [], 0.5));
      const requests = rounds * perRound;
      const both = { leadloop: summary('leadloop'), bound: summary('bound') };
      return { emulator: tables.kind, requests, ...both, ratio: summarize(ratios) };
    } finally {
      await functions.leadloop.end();
      await functions.bound.end();
    }
  } finally {
    await tables.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

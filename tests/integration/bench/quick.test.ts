import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { root } from '../../support/start-process.ts';

const figure = z.optional(z.number().check(z.nonnegative()));
const figures = z.strictObject({
  creditsPerLead: figure,
  callsPerLead: figure,
  tokenRequestsPer1000: figure,
  leadsPerSecond: figure,
  acceptP50Ms: figure,
  acceptP99Ms: figure,
  coldStartMs: figure,
  bundleKb: figure,
  peakRssMb: figure,
});
const stream = z.looseObject({ leads: z.number(), zoho: z.looseObject({ written: z.number() }) });
const report = z.looseObject({
  contenders: z.strictObject({ leadloop: figures, scriptlet: figures, sdk: z.optional(figures), bound: figures }),
  contest: z.looseObject({ leadloop: z.array(z.looseObject({ stream })) }),
});

describe('npm run bench -- --quick', () => {
  let folder = '';
  let printed = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadloop-bench-'));
    const files = ['--json', join(folder, 'bench.json'), '--plots', folder];
    const bench = join(root, 'tests/bench/bench.ts');
    const options = { cwd: root, timeout: 280_000, maxBuffer: 2 ** 22 };
    printed = (await promisify(execFile)(process.execPath, [bench, '--quick', ...files], options)).stdout;
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = () => report.parse(JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8')));

  test('puts every figure of every contender into a file, as numbers and nothing else', () => {
    const { contenders, contest } = read();

    for (const { stream } of contest.leadloop) {
      expect(stream.zoho.written).toBe(stream.leads);
      expect(stream.leads).toBeGreaterThanOrEqual(1_000);
    }
    expect(Object.values(contenders.leadloop).every(Number.isFinite)).toBe(true);
    expect(Object.keys(contenders.leadloop)).toHaveLength(9);
    expect(contenders.bound.acceptP50Ms).toBeGreaterThan(0);
    expect(contenders.bound.coldStartMs).toBeGreaterThan(0);
  });

  test('shows what the others need for the same leads', () => {
    const { leadloop, scriptlet, sdk, bound } = read().contenders;

    expect(leadloop.creditsPerLead).toBeLessThanOrEqual(0.11);
    expect(bound.creditsPerLead).toBeLessThanOrEqual(leadloop.creditsPerLead ?? 0);
    expect(scriptlet.creditsPerLead).toBe(1);
    expect(scriptlet.tokenRequestsPer1000).toBeGreaterThanOrEqual(1_000);
    expect(leadloop.tokenRequestsPer1000).toBeLessThanOrEqual(1);
    if (sdk === undefined) expect(printed).toContain('SDK is not installed');
    else expect(sdk.creditsPerLead).toBeGreaterThanOrEqual(1);
  });

  test('draws its three pictures', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.svg'))
        .sort(),
    ).toEqual(['cold-start.svg', 'credits-per-lead.svg', 'drain.svg']);
  });
});

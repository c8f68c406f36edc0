import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { listen, readBody, serve } from '../../../infra/local/listen.ts';
import { root } from '../../support/start-process.ts';
import { createLimitedZoho, type LimitedZoho, type ZohoCounts } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';

export const isSdkInstalled = (): boolean =>
  existsSync(join(root, 'infra/tools/node_modules/@zohocrm/typescript-sdk-8.0'));

const printed = z.object({ delivered: z.number(), peakRssMb: z.number() });
export type SdkRun = { delivered: number; peakRssMb: number; seconds: number; callMs: number[]; counts: ZohoCounts };

const PATIENCE_MS = 120_000;

/**
 * Hands `leads` to Zoho's SDK, one call after the other as its guide has it. The SDK runs in a process of its own and
 * talks HTTP; the time its calls take at Zoho is virtual, the time it thinks is not counted.
 */
export const runSdk = async (leads: number, perCall: number, latencyMs: () => number): Promise<SdkRun> => {
  const clock = createSimulatedClock();
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-sdk-'));
  const callMs: number[] = [];
  let zoho: LimitedZoho | undefined;
  const server = serve(async (incoming, outgoing) => {
    const startedAtMs = clock.now();
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join() : (value ?? ''),
      ]),
    );
    const body = (await readBody(incoming)) ?? Buffer.alloc(0);
    const answer = await zoho?.ask({
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
    });
    if (answer === undefined || answer === 'timeout') return void outgoing.destroy();
    if (url.pathname.startsWith('/crm/v8/Leads')) callMs.push(clock.now() - startedAtMs);
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.status === 204 ? undefined : answer.body);
  });
  const { baseUrl, close } = await listen(server, 0, 'Zoho for the SDK');
  zoho = createLimitedZoho({ clock, origin: baseUrl, latencyMs });
  try {
    const { clientId, clientSecret } = zoho;
    const code = await zoho.newCode();
    const options = { baseUrl, clientId, clientSecret, code, folder, leads, perCall };
    const program = join(import.meta.dirname, 'sdk-program.mjs');
    const startedAtMs = clock.now();
    let isOver = false;
    const run = promisify(execFile)(process.execPath, [program, JSON.stringify(options)], { timeout: PATIENCE_MS });
    const end = (): void => {
      isOver = true;
    };
    run.then(end, end);
    await clock.until(
      () => isOver,
      () => new Promise((resolve) => setTimeout(resolve, 1)),
    );
    const { stdout } = await run;
    const { delivered, peakRssMb } = printed.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    return { delivered, peakRssMb, callMs, seconds: (clock.now() - startedAtMs) / 1000, counts: zoho.counts() };
  } finally {
    await close();
    await zoho.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe } from '@jest/globals';
import { root } from './start-process.ts';

/** Zoho's own SDK comes with the second lockfile: its 107 MB are no part of what the project installs to run and test. */
export const sdkFolder = resolve(root, 'infra/tools/node_modules/@zohocrm/typescript-sdk-8.0');

/** A group of tests that needs Zoho's SDK; without it it is skipped, and says so. In CI nothing may be skipped. */
export const describeWithZohoSdk = (title: string, tests: () => void): void => {
  if (existsSync(sdkFolder) || process.env.CI === 'true') {
    describe(title, tests);
    return;
  }
  process.stderr.write(`Skipped, because Zoho's SDK is not here (npm ci --prefix infra/tools): ${title}\n`);
  describe.skip(title, tests);
};

const PATIENCE_MS = 45_000;

/**
 * Runs the program that uses the SDK, in a process of its own: the SDK keeps its state in globals and has no way to end.
 * @returns what it printed, one JSON value
 */
export const runZohoSdk = async (options: Record<string, string>): Promise<unknown> => {
  const program = resolve(root, 'tests/support/fixtures/zoho-sdk.mjs');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    return JSON.parse(printed);
  } catch {
    throw new Error(`Zoho's SDK said nothing that can be read: ${complaints.slice(-1_000)}`);
  }
};

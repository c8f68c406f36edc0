import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { checkPort } from '../../../infra/local/dynamodb.ts';
import { listen } from '../../../infra/local/listen.ts';
import { freePortBase, processesWith, type Started, startProcess } from '../../support/start-process.ts';

const state = mkdtempSync(join(tmpdir(), 'leadloop-start-'));
const running: Started[] = [];
const start = (...args: string[]): Started => {
  const started = startProcess(process.execPath, ['infra/local/start.ts', '--state', state, ...args]);
  running.push(started);
  return started;
};
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
});
afterAll(() => rmSync(state, { recursive: true }));

type Line = {
  gateway: string;
  sandbox: string;
  inbox: string;
  page: string;
  clientId: string;
  clientSecret: string;
  sources: Array<{ id: string; apiKey: string; forms: string[] }>;
};

/** Waits for the one line of `--json`. */
const ready = async (started: Started): Promise<Line> => JSON.parse(await started.says('\n')) as Line;

/** Nothing of a stack is left: no port, no emulator. */
const isGone = async (base: number): Promise<void> => {
  for (let tries = 0; tries < 100 && processesWith(`--port ${base + 3}`).length > 0; tries += 1) await wait(50);
  expect(processesWith(`--port ${base + 3}`)).toEqual([]);
  for (const offset of [0, 1, 2, 3, 4, 5]) await checkPort(base + offset, 'left over');
};

describe('npm start', () => {
  test('is ready, says so in one JSON line, and Ctrl-C leaves nothing running', async () => {
    const base = await freePortBase();
    const first = start('--json', '--port-base', String(base));
    const line = await ready(first);
    expect(line).toEqual({
      gateway: `http://127.0.0.1:${base}`,
      sandbox: `http://127.0.0.1:${base + 1}`,
      inbox: `http://127.0.0.1:${base + 2}`,
      page: `http://127.0.0.1:${base + 2}/form`,
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      sources: [{ id: 'demo', apiKey: expect.stringMatching(/^ll_/), forms: ['contact'] }],
    });
    for (const page of [line.page, `${line.inbox}/`, `${line.sandbox}/`]) expect((await fetch(page)).status).toBe(200);
    const kept = JSON.parse(readFileSync(join(state, 'stack.json'), 'utf8')) as Record<string, string>;
    expect(kept).toMatchObject({ gateway: line.gateway, lambda: `http://127.0.0.1:${base + 5}` });
    for (const file of ['demo-key.json', 'secrets.json']) expect(statSync(join(state, file)).mode & 0o777).toBe(0o600);

    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    await isGone(base);
    expect(existsSync(join(state, 'stack.json'))).toBe(false);
    expect(first.out().trim().split('\n')).toHaveLength(1);
    const key = line.sources[0]?.apiKey ?? '';
    expect(first.err()).not.toContain(key);
    for (const logged of first.err().trim().split('\n').filter(Boolean)) expect(() => JSON.parse(logged)).not.toThrow();
  });

  test('goes on with what it kept, on other ports too; --fresh begins anew', async () => {
    const base = await freePortBase();
    const first = start('--json', '--port-base', String(base));
    const line = await ready(first);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const other = await freePortBase();
    const second = start('--json', '--port-base', String(other));
    const again = await ready(second);
    expect([again.clientId, again.sources]).toEqual([line.clientId, line.sources]);
    const email = 'kept@example.com';
    const form = `${again.gateway}/sources/demo/forms/contact`;
    expect(
      (await fetch(form, { method: 'POST', body: new URLSearchParams({ email, last_name: 'Kept' }) })).status,
    ).toBe(202);
    const calls = async (): Promise<string> => (await fetch(`${again.sandbox}/sandbox/calls`)).text();
    for (let tries = 0; tries < 200 && !(await calls()).includes(email); tries += 1) await wait(50);
    expect(await calls()).toContain(email);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);

    writeFileSync(join(state, 'mine.txt'), 'not made by a start');
    const third = start('--json', '--fresh', '--port-base', String(base));
    const fresh = await ready(third);
    expect(fresh.sources[0]?.apiKey).not.toBe(line.sources[0]?.apiKey);
    expect(fresh.clientId).not.toBe(line.clientId);
    expect(existsSync(join(state, 'mine.txt'))).toBe(true);
  });

  test('a second one over the same state is refused, and the first goes on, with the limits it was given', async () => {
    const base = await freePortBase();
    const first = start('--json', '--port-base', String(base), '--edition', 'free', '--latency', '20:40');
    const { gateway, sandbox } = await ready(first);
    const limits = { edition: 'free', latency: { medianMs: 20, p99Ms: 40 } };
    expect(await (await fetch(`${sandbox}/sandbox/limits`)).json()).toMatchObject(limits);
    const second = start('--fresh', '--port-base', String(await freePortBase()));
    expect(await second.ended).toBe(1);
    expect(second.err()).toContain(`already runs here, at ${gateway}`);
    expect((await fetch(`${gateway}/sources/demo`)).status).toBe(401);
  });

  test.each([
    [['--edition', 'gold'], '--edition takes one of free, standard, professional, enterprise, ultimate.'],
    [['--latency', 'slow'], '--latency takes milliseconds, as 500 or as 500:2000.'],
    [['--port-base', '1'], '--port-base takes a whole number from 1024 to 65530'],
  ])('%j is refused with what the option takes', async (args, message) => {
    const started = start(...args);
    expect(await started.ended).toBe(2);
    expect(started.err()).toContain(message);
    expect(started.err()).toContain('npm start [-- options]');
  });

  test('a taken port is named, with what to do', async () => {
    const base = await freePortBase();
    const holder = await listen(createServer(), base + 2, 'test');
    const started = start('--port-base', String(base));
    expect(await started.ended).toBe(1);
    expect(started.err()).toBe(
      `Port ${base + 2} (pages) is taken. End what listens there, or choose other ports: npm start -- --port-base ${base + 102}\n`,
    );
    await holder.close();
    await isGone(base);
  });

  test('killed at once, it leaves no emulator behind', async () => {
    const base = await freePortBase();
    const started = start('--json', '--port-base', String(base));
    await ready(started);
    started.child.kill('SIGKILL');
    await started.ended;
    await isGone(base);
  });

  test('Ctrl-C while it starts ends it at once', async () => {
    const base = await freePortBase();
    const started = start('--port-base', String(base));
    await started.says('starting');
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(130);
    await isGone(base);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('the loss of npm (%s) ends everything', async (signal) => {
    const base = await freePortBase();
    const npm = startProcess('npm', ['start', '--', '--json', '--state', state, '--port-base', String(base)]);
    running.push(npm);
    await npm.says('"gateway"');
    npm.child.kill(signal);
    await npm.ended;
    await isGone(base);
  });

  test.each([
    [['--what'], 2],
    [['more'], 2],
    [['--port-base', 'x'], 2],
    [['--port-base', '70000'], 2],
    [['--help'], 0],
  ])('%j ends with %i and shows the options', async (args, code) => {
    const started = start(...args);
    expect(await started.ended).toBe(code);
    expect(code === 0 ? started.out() : started.err()).toContain('--port-base N');
  });
});

describe('npm run invoke', () => {
  const invoke = async (args: string[]) => {
    const started = startProcess(process.execPath, ['infra/local/invoke.ts', ...args], {
      LEADLOOP_STACK: join(state, 'stack.json'),
    });
    return { code: await started.ended, out: started.out(), err: started.err() };
  };

  test('an unknown function or case is answered with those there are', async () => {
    expect(await invoke(['what'])).toMatchObject({ code: 2, err: expect.stringContaining('submit-lead') });
    expect(await invoke(['submit-lead', 'what'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('valid-json'),
    });
  });

  test('without a stack it says how to start one', async () => {
    rmSync(join(state, 'stack.json'), { force: true });
    expect(await invoke(['submit-lead', 'valid'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('npm start'),
    });
    writeFileSync(join(state, 'stack.json'), JSON.stringify({ lambda: 'http://127.0.0.1:9' }));
    expect(await invoke(['submit-lead', 'valid'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('npm start'),
    });
    rmSync(join(state, 'stack.json'));
  });

  test('sends a sample to the real function, with the key that the running demo has', async () => {
    const started = start('--json', '--port-base', String(await freePortBase()));
    await ready(started);
    const accepted = await invoke(['submit-lead', 'valid-json']);
    expect(accepted.code).toBe(0);
    expect(JSON.parse(accepted.out)).toMatchObject({ statusCode: 202 });
    expect(JSON.parse((await invoke(['receive-webhook', 'valid'])).out)).toMatchObject({ statusCode: 200 });
    expect(JSON.parse((await invoke(['connect-zoho', 'wrong-key'])).out)).toMatchObject({ statusCode: 401 });
  });
});

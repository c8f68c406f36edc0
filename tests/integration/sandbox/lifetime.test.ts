import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { closeAll, idOf, startTestSandbox, until } from './client.ts';

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await closeAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-sandbox-'));
  folders.push(folder);
  return folder;
};

describe('the state file', () => {
  test('brings records, client, tokens, webhooks and settings back', async () => {
    const stateFile = join(newFolder(), 'deep', 'sandbox.json');
    const first = await startTestSandbox({ stateFile });
    const { crm, accessToken } = await first.connect();
    const id = idOf(
      await crm('POST', 'Leads', {
        data: [{ Last_Name: 'A', Email: 'a@example.com', Product_Interest: ['x'], Tag: [{ name: 'vip' }] }],
      }),
    );
    await first.control('PUT', 'webhooks', [
      { module: 'Leads', url: 'http://127.0.0.1:1/', when: 'edit', type: 'raw', body: 'x' },
    ]);
    await first.control('PUT', 'settings', { emptyAs: 'null', searchLagSeconds: 2 });
    await first.close();
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);

    const second = await startTestSandbox({ stateFile });
    expect([second.clientId, second.clientSecret]).toEqual([first.clientId, first.clientSecret]);
    const headers = { authorization: `Zoho-oauthtoken ${accessToken}` };
    const { body } = await second.call('GET', `/crm/v8/Leads/${id}`, { headers });
    expect(body.data).toMatchObject([{ Email: 'a@example.com', Product_Interest: ['x'], Tag: [{ name: 'vip' }] }]);
    const again = await second.call('POST', '/crm/v8/Leads/upsert', {
      headers,
      body: JSON.stringify({ data: [{ Last_Name: 'A', Email: 'A@example.com' }, { Last_Name: 'B' }] }),
    });
    expect(idOf(again, 0)).toBe(id);
    expect(BigInt(idOf(again, 1)) > BigInt(id)).toBe(true);
    expect((await second.control('GET', 'webhooks')).text).toContain('127.0.0.1:1');
    expect((await second.control('GET', 'settings')).body).toMatchObject({ emptyAs: 'null', searchLagSeconds: 2 });
  });

  test('holds what was answered: a sandbox that is killed at once has what it said it has', async () => {
    const stateFile = join(newFolder(), 'sandbox.json');
    const { connect } = await startTestSandbox({ stateFile });
    const { crm, refreshToken } = await connect();
    expect(readFileSync(stateFile, 'utf8')).toContain(refreshToken);
    const add = (name: string) => crm('POST', 'Leads', { data: [{ Last_Name: name }] });
    const answered = async (name: string): Promise<boolean> => {
      await add(name);
      return readFileSync(stateFile, 'utf8').includes(name);
    };
    expect(await answered('Kept')).toBe(true);
    // Side by side, too: one write of the file holds several of them.
    expect(await Promise.all(['Ten', 'Eleven', 'Twelve'].map(answered))).toEqual([true, true, true]);
  });

  test('that cannot be read is an error that says what to do', async () => {
    const stateFile = join(newFolder(), 'sandbox.json');
    writeFileSync(stateFile, '{"version":1}');
    await expect(startSandbox({ port: 0, allowLoopbackWebhooks: false, stateFile })).rejects.toMatchObject({
      code: 'sandbox.state_unreadable',
      message: expect.stringContaining('Delete its file'),
    });
  });

  test('of before there were settings is read all the same', async () => {
    const stateFile = join(newFolder(), 'sandbox.json');
    await (await startTestSandbox({ stateFile })).close();
    const { settings: _, ...older } = JSON.parse(readFileSync(stateFile, 'utf8'));
    writeFileSync(stateFile, JSON.stringify(older));
    const { control } = await startTestSandbox({ stateFile, searchLagSeconds: 3 });
    expect((await control('GET', 'settings')).body).toMatchObject({ emptyAs: '', searchLagSeconds: 3 });
  });

  test('yields to a client that is given', async () => {
    const stateFile = join(newFolder(), 'sandbox.json');
    await (await startTestSandbox({ stateFile })).close();
    const { clientId, newCode } = await startTestSandbox({ stateFile, clientId: '1000.GIVEN', clientSecret: 'given' });
    expect(clientId).toBe('1000.GIVEN');
    expect(await newCode()).toMatchObject({ clientId: '1000.GIVEN', clientSecret: 'given' });
  });
});

describe('npm run sandbox', () => {
  const start = (...parameters: string[]) => {
    const child = spawn(process.execPath, ['infra/local/sandbox/main.ts', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  const firstLine = async (child: ChildProcess): Promise<Record<string, string>> => {
    let seen = '';
    for await (const chunk of child.stdout ?? []) {
      seen += chunk;
      if (seen.includes('\n')) break;
    }
    return JSON.parse(seen.split('\n', 1)[0] ?? '');
  };
  const endOf = async (child: ChildProcess) => {
    const [stderr, [exitCode]] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'exit')]);
    return { exitCode, stderr };
  };

  test.each(['SIGINT', 'SIGTERM'] as const)('prints one line, serves on loopback, and ends on %s', async (signal) => {
    const child = start('--port', '0', '--search-lag', '1.5', '--edition', 'free', '--latency', '1:5');
    const shown = await firstLine(child);
    expect(Object.keys(shown)).toEqual(['baseUrl', 'clientId', 'clientSecret']);
    expect(shown.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const webhook = [{ module: 'Leads', url: 'http://127.0.0.1:4400/', when: 'edit', type: 'raw', body: '' }];
    expect(
      (await fetch(`${shown.baseUrl}/sandbox/webhooks`, { method: 'PUT', body: JSON.stringify(webhook) })).status,
    ).toBe(400);
    expect(await (await fetch(`${shown.baseUrl}/sandbox/settings`)).json()).toMatchObject({ searchLagSeconds: 1.5 });
    const limits = await (await fetch(`${shown.baseUrl}/sandbox/limits`)).json();
    expect(limits).toMatchObject({ edition: 'free', latency: { medianMs: 1, p99Ms: 5 } });
    child.kill(signal);
    expect((await endOf(child)).exitCode).toBe(0);
  });

  test('ends when npm passed a signal to the shell between them only', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" infra/local/sandbox/main.ts --port 0; true`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'sandbox' },
    });
    children.push(shell);
    const { baseUrl } = await firstLine(shell);
    const isUp = () =>
      fetch(`${baseUrl}/sandbox/webhooks`).then(
        () => true,
        () => false,
      );
    expect(await isUp()).toBe(true);
    shell.kill('SIGTERM');
    await until(async () => !(await isUp()));
  });

  test('ends when npm is killed, though the shell between them lives on', async () => {
    const shell = `"${process.execPath}" infra/local/sandbox/main.ts --port 0; true`;
    const npm = spawn(
      process.execPath,
      ['-e', `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(shell)}], { stdio: 'inherit' })`],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, npm_lifecycle_event: 'sandbox' } },
    );
    children.push(npm);
    const { baseUrl } = await firstLine(npm);
    const isUp = () =>
      fetch(`${baseUrl}/sandbox/webhooks`).then(
        () => true,
        () => false,
      );
    expect(await isUp()).toBe(true);
    npm.kill('SIGKILL');
    await until(async () => !(await isUp()));
  });

  test('says in one line that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await endOf(start('--port', String(port)));
    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`Port ${port} is taken. Choose another with --port, or --port 0 for any free one.\n`);
  });

  test.each([
    ['--prot', '0'],
    ['--port', 'many'],
    ['--port', '65536'],
    ['--search-lag', 'long'],
    ['--edition', 'gold'],
    ['--latency', '500:100'],
    ['extra'],
  ])('refuses the arguments %s %s', async (...parameters) => {
    const { exitCode, stderr } = await endOf(start(...parameters.filter((parameter) => parameter !== undefined)));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: npm run sandbox');
  });
});

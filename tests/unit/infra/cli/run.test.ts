import { describe, expect, test } from '@jest/globals';
import { CliError } from '../../../../infra/cli/command.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import { cliWorld } from './cli-world.ts';

describe('exit codes', () => {
  test.each([
    ['nonsense', 2],
    ['source chek x.yml', 2],
    ['source check', 2],
    ['source check a b', 2],
    ['lanes list --verbose', 2],
    ['submissions list --limit 0', 2],
    ['source show nobody', 1],
    ['--help', 0],
    ['help', 0],
    ['source', 0],
    ['source check --help', 0],
    ['lanes list', 0],
  ])('leadloop %s exits with %i', async (line, exitCode) => {
    expect((await cliWorld().type(line)).exitCode).toBe(exitCode);
  });

  test('what cannot be reached exits with 3 and says where to look', async () => {
    const gone = cliWorld({ openTarget: () => Promise.reject(new CliError(3, 'no_stack', 'Nothing runs here.')) });
    expect(await gone.type('lanes list')).toEqual({ stdout: '', stderr: 'Nothing runs here.\n', exitCode: 3 });
    const world = cliWorld();
    world.records.query = () => Promise.reject(new PlatformError('table.unreachable', 'The table did not answer.'));
    expect(await world.type('lanes list')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('npm start') });
  });

  test('a surprise shows its name and nothing of what it says', async () => {
    const world = cliWorld();
    world.records.query = () => Promise.reject(new TypeError('wing@example.com'));
    const printed = await world.type('lanes list');
    expect(printed.exitCode).toBe(1);
    expect(printed.stderr).toContain('TypeError');
    expect(printed.stderr).not.toContain('wing@example.com');
  });

  test('with --json every answer is one JSON document on standard output', async () => {
    const world = cliWorld();
    for (const line of ['nonsense', 'source show nobody', 'lanes list', 'submissions list']) {
      const { stdout, stderr } = await world.type(`${line} --json`);
      expect(() => JSON.parse(stdout)).not.toThrow();
      expect(stderr).toBe('');
    }
  });
});

describe('source apply', () => {
  const file = (destination: string, accountsUrl = 'http://127.0.0.1:4401') => `
id: demo
zoho: { accountsUrl: "${accountsUrl}" }
webhook: { exchangeRate: "0.1282", currency: USD }
destinations: { inbox: { type: webhook, url: "${destination}" } }
`;

  test('shows the key once, and its stored form never', async () => {
    const world = cliWorld();
    world.files.set('./demo.yml', file('http://127.0.0.1:4402/hooks/demo'));
    const { stdout } = await world.type('source apply ./demo.yml');
    const [key = ''] = /ll_\S+/.exec(stdout) ?? [];
    expect(key).not.toBe('');
    expect(stdout).toMatch(/inbox +whsec_/);
    expect(JSON.stringify(world.records.items())).not.toContain(key);
    expect((await world.type('source apply ./demo.yml')).stdout).not.toMatch(/ll_|whsec_/);
  });

  test.each([
    ['http://127.0.0.1:9999/hooks', undefined, 'destinations.inbox.url must begin with https://'],
    ['https://169.254.169.254/', undefined, 'destinations.inbox.url is an address that cannot be reached from outside'],
    ['https://hooks.example.com/', 'https://accounts.example.com', 'zoho.accountsUrl is not an accounts server'],
  ])('applies nothing that would reach %s', async (destination, accountsUrl, words) => {
    const world = cliWorld();
    world.files.set('./demo.yml', file(destination, accountsUrl));
    const printed = await world.type('source apply ./demo.yml');
    expect(printed.exitCode).toBe(1);
    expect(printed.stdout).toContain(words);
    expect(world.records.items()).toEqual([]);
  });
});

describe('connect', () => {
  test('asks for what is missing on a terminal, hides the secret, and stores both', async () => {
    const asked: Array<[string, boolean | undefined]> = [];
    const world = cliWorld({
      ask: async (question, options) => {
        asked.push([question, options?.hidden]);
        return options?.hidden === true ? 's3cret' : '1000.ABC';
      },
    });
    await world.apply('demo');
    const { stdout, exitCode } = await world.type('connect demo');
    expect(exitCode).toBe(0);
    expect(asked.map(([, hidden]) => hidden)).toEqual([false, true]);
    expect(stdout).not.toContain('s3cret');
    const secret = await world.secrets.get('leadloop/local/connections/demo');
    expect(secret?.value).toMatchObject({ clientId: '1000.ABC', clientSecret: 's3cret' });
  });

  test('never asks without a terminal', async () => {
    const world = cliWorld();
    await world.apply('demo');
    expect(await world.type('connect demo')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await world.secrets.get('leadloop/local/connections/demo')).toBeUndefined();
  });
});

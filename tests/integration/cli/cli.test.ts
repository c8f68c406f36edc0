import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leadloopOn } from '../../support/cli-on-stack.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { isDisturbed } from '../../support/test-mode.ts';
import { loopClient } from '../loop/loop-client.ts';

const CLI = resolve(import.meta.dirname, '../../../infra/cli/leadloop.mjs');
const stack = useStack();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadloop-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { code: number | null; out: string; err: string };

/** The same command in this process: what starting one tells is told once. */
const inProcess = async (args: string[], input: string): Promise<Ran> => {
  const { stdout, stderr, exitCode, notes } = await leadloopOn(stack().addresses, args, { stdin: input });
  return { code: exitCode, out: stdout, err: [...notes, stderr].join('\n') };
};

/** The real command, as an operator runs it, without a terminal. */
const leadloop = (
  args: string[],
  { input = '', stackFile }: { input?: string; stackFile?: string } = {},
): Promise<Ran> => {
  if (isDisturbed()) return inProcess(args, input);
  const file = stackFile ?? join(folder, 'stack.json');
  if (stackFile === undefined) writeFileSync(file, JSON.stringify(stack().addresses));
  return new Promise((done) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH, LEADLOOP_STACK: file } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('exit', (code) => done({ code, out, err }));
    child.stdin.end(input);
  });
};
const asJson = async <Shape>(args: string[]): Promise<Shape> => {
  const ran = await leadloop([...args, '--json']);
  return JSON.parse(ran.out) as Shape;
};
const sourceFile = (text: string, name = 'acme.yml'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const acme = (more = ''): string => `
id: acme
zoho: { accountsUrl: ${stack().addresses.sandbox} }
forms:
  contact:
    fields: { Last_Name: last_name, Email: email }
    duplicateCheckFields: [Email]
webhook: { exchangeRate: 0.1282, currency: USD }
destinations:
  inbox: { type: webhook, url: "${stack().addresses.inbox}/hooks/acme" }
${more}`;

describe('leadloop', () => {
  test('names every problem of a file with line and path, and exits with 1', async () => {
    const path = sourceFile(
      'id: acme\nforms:\n  contact:\n    fields: { Email: { from: email, transfrom: email } }\n',
      'bad.yml',
    );
    const ran = await leadloop(['source', 'check', path]);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('forms.contact.fields.Email');
    expect(ran.out).toMatch(/bad\.yml:4/);
  });

  test('applies a source, shows its key once, and changes nothing when applied again', async () => {
    const path = sourceFile(acme());
    const first = JSON.parse((await leadloop(['source', 'apply', path, '--json'])).out);
    expect(first).toMatchObject({ status: 'created', version: 1, apiKey: expect.stringMatching(/^ll_/) });
    expect(first.signingSecrets.inbox).toMatch(/^whsec_/);
    const again = await leadloop(['source', 'apply', path]);
    expect(again.code).toBe(0);
    expect(again.out).not.toContain('ll_');
    expect(again.out).not.toContain('whsec_');
    const shown = await leadloop(['source', 'show', 'acme']);
    expect(shown.out).toContain('contact');
    expect(shown.out).not.toContain(first.apiKey);
  });

  test('makes a second key and refuses a third', async () => {
    const second = await asJson<{ apiKey: string }>(['keys', 'create', 'acme']);
    expect(second.apiKey).toMatch(/^ll_/);
    const third = await leadloop(['keys', 'create', 'acme']);
    expect(third.code).toBe(1);
    expect(third.err).toMatch(/revoked/);
  });

  test('connects a client: stores what is given on standard input, and prints a link that works', async () => {
    const { sandbox, addresses } = stack();
    const asked = await leadloop(['connect', 'acme']);
    expect(asked.code).toBe(2);
    expect(asked.err).toContain('--client-secret-stdin');

    const { apiKey } = JSON.parse(
      (
        await leadloop([
          'source',
          'apply',
          sourceFile(acme().replace('acme', 'beta').replace('id: acme', 'id: beta'), 'beta.yml'),
          '--json',
        ])
      ).out,
    );
    const ran = await leadloop(
      ['connect', 'beta', '--client-id', sandbox.clientId, '--client-secret-stdin', '--key', apiKey, '--json'],
      { input: `${sandbox.clientSecret}\n` },
    );
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain(sandbox.clientSecret);
    const { link } = JSON.parse(ran.out);
    const { code } = (await (await fetch(`${addresses.sandbox}/sandbox/codes`, { method: 'POST' })).json()) as {
      code: string;
    };
    const page = await (await fetch(`${link}&zoho_code=${code}`)).text();
    expect(page).toContain('data-outcome="connected"');
    // Asked again it prints the steps and asks nothing.
    expect((await leadloop(['connect', 'beta'])).code).toBe(0);
    expect((await leadloop(['connect', 'beta', '--key', 'll_wrong'])).code).toBe(1);
  });

  test('warns of fields that the connected Zoho has not, which would be lost without a word', async () => {
    expect(await asJson(['source', 'check', 'demo'])).toMatchObject({ ok: true, warnings: [] });
    const typo = `
id: typo
connection: demo
zoho: { accountsUrl: ${stack().addresses.sandbox} }
forms:
  contact:
    fields: { Last_Name: last_name, CDPID: cdp_id }
    marker: Submission_Id
  custom:
    module: Enquiries
    fields: { Name: name }
`;
    await leadloop(['source', 'apply', sourceFile(typo, 'typo.yml')]);
    const ran = await leadloop(['source', 'check', 'typo']);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/warning: .*forms\.contact\.fields\.CDPID is no field of Leads.*did you mean CDP_ID\?/);
    expect(ran.out).toContain('forms.contact.marker is no field of Leads');
    expect(ran.out).toContain('forms.custom.module is no module of the connected Zoho: Enquiries');
  });

  test('takes over a refresh token somebody has already', async () => {
    const { sandbox, addresses } = stack();
    const { code, clientId, clientSecret } = (await (
      await fetch(`${addresses.sandbox}/sandbox/codes`, { method: 'POST' })
    ).json()) as Record<string, string>;
    const granted = (await (
      await fetch(`${addresses.sandbox}/oauth/v2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId ?? '',
          client_secret: clientSecret ?? '',
          code: code ?? '',
        }),
      })
    ).json()) as { refresh_token: string };
    await leadloop(['source', 'apply', sourceFile(acme().replace('id: acme', 'id: gamma'), 'gamma.yml')]);
    const ran = await leadloop(
      ['connect', 'gamma', '--client-id', sandbox.clientId, '--client-secret-stdin', '--refresh-token-stdin'],
      {
        input: `${sandbox.clientSecret}\n${granted.refresh_token}\n`,
      },
    );
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out + ran.err).not.toContain(granted.refresh_token);
    const { post, leads } = loopClient(stack());
    await post({ email: 'taken-over@example.com', last_name: 'Taken' }, { source: 'gamma' });
    await eventually(leads, (found) => found.some(({ Email }) => Email === 'taken-over@example.com'));
  });

  test('shows a refused lead with code and field, its person masked, and sends it again after the cause is gone', async () => {
    const { post, leads, fault } = loopClient(stack());
    await fault({
      path: '/crm/v8/Leads/upsert',
      times: 1,
      status: 400,
      body: {
        data: [{ code: 'INVALID_DATA', details: { api_name: 'Company' }, message: 'invalid data', status: 'error' }],
      },
    });
    await post({ email: 'masked@example.com', last_name: 'Hidden' });
    type Listed = { submissions: Array<{ id: string; state: string; reason?: string }> };
    const rejected = () => asJson<Listed>(['submissions', 'list', 'demo', '--state', 'rejected']);
    const { submissions } = await eventually(rejected, (list) => list.submissions.length > 0);
    const id = submissions[0]?.id ?? '';
    const shown = await leadloop(['submissions', 'show', id]);
    expect(shown.out).toContain('INVALID_DATA');
    expect(shown.out).toContain('Company');
    expect(shown.out).not.toContain('masked@example.com');
    expect((await leadloop(['submissions', 'show', id, '--reveal'])).out).toContain('masked@example.com');

    const dry = await leadloop(['submissions', 'rerun', '--all', '--dry-run']);
    expect(dry.out).toContain(id);
    expect((await rejected()).submissions).toHaveLength(1);
    expect((await leadloop(['submissions', 'rerun', id])).code).toBe(0);
    await eventually(leads, (found) => found.some(({ Email }) => Email === 'masked@example.com'));
    const again = await leadloop(['submissions', 'rerun', id]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.out).toContain('delivered already');
  });

  test('lists the lanes with state and what waits', async () => {
    const { lanes } = await asJson<{ lanes: Array<{ lane: string; state: string }> }>(['lanes', 'list']);
    expect(lanes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ lane: 'zoho#demo' }),
        expect.objectContaining({ lane: 'destination#demo#inbox' }),
      ]),
    );
  });

  test('revokes a key by its id: it opens nothing any more, and makes room for another', async () => {
    type Shown = { keys: Array<{ id: string }> };
    const { keys } = await asJson<Shown>(['source', 'show', 'acme']);
    expect(keys).toHaveLength(2);
    expect((await leadloop(['keys', 'revoke', 'acme', keys[0]?.id ?? ''])).code).toBe(0);
    expect((await asJson<Shown>(['source', 'show', 'acme'])).keys).toEqual([keys[1]]);
    expect((await leadloop(['keys', 'revoke', 'acme', keys[0]?.id ?? ''])).code).toBe(1);
    expect((await leadloop(['keys', 'create', 'acme'])).code).toBe(0);
  });

  test('parks a lane by hand, so that leads wait, and opens it, so that they go', async () => {
    const { post, leads, submissions } = loopClient(stack());
    expect((await leadloop(['lanes', 'park', 'zoho#demo'])).code).toBe(0);
    await eventually(
      () => asJson<{ lanes: Array<{ lane: string; state: string }> }>(['lanes', 'list']),
      ({ lanes }) => lanes.some(({ lane, state }) => lane === 'zoho#demo' && state === 'parked'),
    );
    // A worker may be staying for its last seconds; it heeds the parking when it renews its lease.
    await eventually(
      () => stack().records.get('lane#zoho#demo'),
      (lane) => lane?.leaseOwner === undefined,
      30_000,
    );
    await post({ email: 'waits@example.com', last_name: 'Waits' });
    await new Promise((wake) => setTimeout(wake, 3_500));
    expect((await submissions()).some(({ state }) => state === 'pending')).toBe(true);
    expect((await leads()).some(({ Email }) => Email === 'waits@example.com')).toBe(false);
    expect((await leadloop(['lanes', 'open', 'zoho#demo'])).code).toBe(0);
    await eventually(leads, (found) => found.some(({ Email }) => Email === 'waits@example.com'));
    expect((await leadloop(['lanes', 'open', 'zoho#nobody'])).code).toBe(1);
  });

  test('shows events and deliveries, the person masked, and quarantined calls that can be tried again', async () => {
    const { webhook, events } = loopClient(stack());
    await webhook({
      lead_id: '5725767000000999001',
      cdp_id: 'visitor-cli',
      lead_status: 'Pre-Qualified',
      annual_revenue: '1000',
      email: 'hidden@example.com',
    });
    await eventually(events, (found) => found.some(({ body }) => body.data.recordId === '5725767000000999001'));
    const id = 'demo-Leads-5725767000000999001-ConvertedLead-1';
    // A list reads an index, which may be a moment behind.
    const listed = (what: string) =>
      eventually(
        () => leadloop([what, 'list', 'demo']),
        ({ out }) => out.includes(id),
      );
    const list = await listed('events');
    expect(list.out).toContain('128.20 USD');
    const shown = await leadloop(['events', 'show', id]);
    expect(shown.out).toContain('inbox');
    expect(shown.out).not.toContain('hidden@example.com');
    expect((await leadloop(['events', 'show', id, '--reveal'])).out).toContain('hidden@example.com');
    const delivered = () => leadloop(['deliveries', 'show', `${id}#inbox`]);
    await eventually(delivered, ({ out }) => out.includes('delivered'));
    expect((await listed('deliveries')).out).toContain(`${id}#inbox`);
    expect((await leadloop(['deliveries', 'rerun', `${id}#inbox`])).code).toBe(1);

    const { gateway } = stack().addresses;
    await fetch(`${gateway}/sources/demo?${new URLSearchParams({ api_key: stack().demo.apiKey })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"lead_id": ',
    });
    type Calls = { calls: Array<{ id: string; reason: string }> };
    const calledList = () => asJson<Calls>(['webhooks', 'list']);
    const { calls } = await eventually(calledList, (list) => list.calls.length > 0);
    expect(calls).toHaveLength(1);
    const replayed = await leadloop(['webhooks', 'replay', '--all']);
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain('still cannot be used');
  });

  test('examines the whole table: sound after all this, a finding exits with 1', async () => {
    const { records } = stack();
    const sound = await leadloop(['doctor', '--table']);
    expect(sound).toMatchObject({ code: 0, err: '' });
    expect(sound.out).toContain('Nothing is wrong.');
    await records.put({ pk: 'leftover#1' });
    const damaged = await leadloop(['doctor', '--table', '--json']);
    await records.delete('leftover#1');
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.out)).toMatchObject({ findings: [{ pk: 'leftover#1', rule: 'unknown_kind' }] });
  });
});

// What needs no AWS is not told twice.
if (!isDisturbed())
  describe('leadloop, used wrongly or for the first time', () => {
    test.each([
      [['doctor'], 2, '--table'],
      [['submissions', 'lst'], 2, 'Did you mean submissions list?'],
      [['submissions', 'list', '--nonsense'], 2, 'Usage'],
      [['submissions', 'list', '--days', 'x'], 2, '--days takes a whole number'],
      [['submissions', 'rerun'], 2, '--all'],
      [['submissions', 'show', 'none'], 1, 'There is no submission'],
      [['submissions', 'list', 'nobody'], 1, 'There is no source "nobody"'],
      [['source', 'check', './none.yml'], 2, 'There is no file'],
    ])('%j exits with %i and says what to do', async (args, code, words) => {
      const ran = await leadloop(args);
      expect(ran.code).toBe(code);
      expect(ran.err).toContain(words);
      const json = await inProcess([...args, '--json'], '');
      expect(json.code).toBe(code);
      expect(JSON.parse(json.out)).toHaveProperty('error.message');
    });

    test('without a stack it says how to start one, and exits with 3', async () => {
      const ran = await leadloop(['lanes', 'list'], { stackFile: join(folder, 'none.json') });
      expect(ran).toMatchObject({ code: 3 });
      expect(ran.err).toContain('npm start');
    });

    test('every command has help with examples', async () => {
      const overview = await leadloop(['--help']);
      expect(overview.code).toBe(0);
      const names = [
        ...overview.out.matchAll(
          /^ {2}((?:source|keys|connect|submissions|deliveries|events|webhooks|lanes|doctor)(?: [a-z]+)?)/gm,
        ),
      ].map(([, name]) => name?.trim() ?? '');
      expect(names).toHaveLength(20);
      for (const name of names) {
        const help = await inProcess([...name.split(' '), '--help'], '');
        expect(help.code).toBe(0);
        expect(help.out).toContain('Examples');
      }
    });
  });

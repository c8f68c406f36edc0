import { beforeAll, describe, expect, test } from '@jest/globals';
import { listLatest } from '../../../lib/work/list-items.ts';
import { leadloopOn } from '../../support/cli-on-stack.ts';
import { createMarks } from '../../support/marks.ts';
import { type RawAnswer, type RawRequest, requestPieces, sendRaw } from '../../support/raw-http.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { connectDoors, formDoors, personal, webhookDoors } from './doors.ts';

const stack = useStack();
const marks = createMarks();
for (const [name, value] of Object.entries(personal)) marks.add(name, value);
marks.add('phone without its plus', personal.phone.slice(1));

/** Everything that lets somebody in, as the stack made it. */
const markSecrets = async (): Promise<void> => {
  const { demo, sandbox, secrets, tokens, records } = stack();
  marks.add('API key', demo.apiKey);
  marks.add('client secret', sandbox.clientSecret);
  const connection = await secrets.get('leadloop/local/connections/demo');
  marks.add('refresh token', String(connection?.value.refreshToken));
  marks.add('access token', String((await tokens.get('token#demo'))?.accessToken));
  marks.add('HMAC key', String((await records.get('source#demo'))?.hmacKey));
  const signing = JSON.stringify((await secrets.get('leadloop/local/destinations/demo'))?.value);
  marks.add('signing secret', /whsec_[^"]+/.exec(signing)?.[0] ?? '');
};
beforeAll(markSecrets);

const send = (request: RawRequest): Promise<RawAnswer> => {
  const { addresses, demo } = stack();
  const fill = (text: string) => text.replaceAll('{key}', encodeURIComponent(demo.apiKey));
  return sendRaw(
    addresses.gateway,
    requestPieces({ ...request, target: fill(request.target) }, new URL(addresses.gateway).host),
  );
};
const shownIn = ({ headers, body }: RawAnswer): string[] => marks.in(`${headers.join('\n')}\n${body.toString()}`);
const fault = async (where: 'sandbox' | 'inbox', what: Record<string, unknown>): Promise<void> => {
  const path = where === 'sandbox' ? '/sandbox/faults' : '/inbox/faults';
  const answer = await fetch(`${stack().addresses[where]}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
  expect(answer.ok).toBe(true);
};
const newCode = async (): Promise<string> => {
  const answer = await fetch(`${stack().addresses.sandbox}/sandbox/codes`, { method: 'POST' });
  return marks.add('code', (await answer.json()).code);
};
const visitWith = (code: string): Promise<RawAnswer> =>
  send({ method: 'GET', target: `/sources/demo?api_key={key}&zoho_code=${code}`, headers: [['Accept', 'text/html']] });
const post = (email: string): Promise<RawAnswer> =>
  send({
    target: '/sources/demo/forms/contact',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: new URLSearchParams({ email, last_name: personal['last name'], cdp_id: personal['visitor id'] }).toString(),
  });
const submissions = () =>
  listLatest(stack().records, { source: 'demo', kind: 'submission', nowMs: Date.now(), days: 2 });
const deliveries = () => listLatest(stack().records, { source: 'demo', kind: 'delivery', nowMs: Date.now(), days: 2 });
/** What a receiver might say when it refuses: all it was sent, and more. */
const talkative = (): string => JSON.stringify({ ...personal, key: stack().demo.apiKey });

test('the net notices a mark, however it is written, and nothing else', () => {
  for (const name of marks.names()) {
    const value = { ...personal, 'API key': stack().demo.apiKey, 'client secret': stack().sandbox.clientSecret }[name];
    if (value === undefined) continue;
    for (const written of [
      value,
      value.toUpperCase(),
      encodeURIComponent(value),
      JSON.stringify({ a: value }),
      Buffer.from(value).toString('base64'),
      Buffer.from(`{"q":"${value}"}`).toString('base64'),
      Buffer.from(`GET /?x=${value}&y`).toString('base64'),
      Buffer.from(value).toString('hex'),
    ])
      expect(marks.in(`{"level":"info","message":"${written}"}`)).toContain(name);
  }
  expect(marks.in('{"level":"info","message":"http.answered","status":202,"source":"demo"}')).toEqual([]);
});

describe('answers show nothing of what was sent, accepted or refused', () => {
  test.each(formDoors)('a form: %s', async (_, request, status) => {
    const answer = await send(request);
    expect([answer.status, shownIn(answer)]).toEqual([status, []]);
  });
  test.each(webhookDoors)('a call: %s', async (_, request, status, said) => {
    const answer = await send(request);
    expect([answer.status, shownIn(answer)]).toEqual([status, []]);
    expect(answer.body.toString()).toContain(said);
  });
  test.each(connectDoors)('a visit: %s', async (_, request, status) => {
    const answer = await send(request);
    const allowed = new Set(request.target.includes('{key}') ? ['API key'] : []);
    expect([answer.status, shownIn(answer).filter((name) => !allowed.has(name))]).toEqual([status, []]);
  });
});

describe('what others say is repeated to nobody', () => {
  test('an accounts server that refuses and repeats everything', async () => {
    for (const error of ['invalid_client', 'invalid_client_secret', 'access_denied']) {
      await fault('sandbox', { path: '/oauth/v2/token', status: 400, body: { error, error_description: talkative() } });
      const answer = await visitWith(await newCode());
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(shownIn(answer).filter((name) => name !== 'API key')).toEqual([]);
      await fetch(`${stack().addresses.sandbox}/sandbox/faults`, { method: 'DELETE' });
    }
  });

  test('a connect visit that succeeds shows the key in the webhook’s URL, and nothing else', async () => {
    const answer = await visitWith(await newCode());
    await markSecrets();
    expect(answer.body.toString()).toContain('data-outcome="connected"');
    expect(shownIn(answer)).toEqual(['API key']);
  });

  test('a Zoho that refuses records, tokens and whole calls, repeating them', async () => {
    const upsert = '/crm/v8/Leads/upsert';
    const refused = {
      code: 'INVALID_DATA',
      details: { api_name: 'Email', value: personal['e-mail'] },
      message: talkative(),
      status: 'error',
    };
    // Nobody else may be in the call that is refused: its answer is about one record.
    await eventually(submissions, (items) => items.every(({ state }) => !/pending|sending/.test(state)), 40_000);
    await fault('sandbox', { path: upsert, status: 207, body: { data: [refused] } });
    expect((await post('kqrefused@example.com')).status).toBe(202);
    await eventually(submissions, (items) => items.some(({ state }) => state === 'rejected'));
    await fault('sandbox', {
      path: upsert,
      status: 401,
      body: { code: 'INVALID_TOKEN', details: {}, message: talkative(), status: 'error' },
    });
    await fault('sandbox', { path: upsert, status: 500, body: `<html>${talkative()}</html>` });
    expect((await post('kqlater@example.com')).status).toBe(202);
    await eventually(submissions, (items) => items.every(({ state }) => !/pending|sending/.test(state)), 40_000);
    await markSecrets();
  }, 120_000);

  test('a token endpoint that refuses when a worker asks, repeating everything', async () => {
    await fault('sandbox', {
      path: '/crm/v8/Leads/upsert',
      status: 401,
      body: { code: 'INVALID_TOKEN', details: {}, message: 'x', status: 'error' },
    });
    await fault('sandbox', {
      path: '/oauth/v2/token',
      status: 400,
      body: { error: 'invalid_code', error_description: talkative() },
    });
    expect((await post('kqparked@example.com')).status).toBe(202);
    await eventually(
      () => stack().records.get('lane#zoho#demo'),
      (lane) => lane?.state === 'parked',
      30_000,
    );
  }, 45_000);

  test('a destination that refuses', async () => {
    await eventually(
      deliveries,
      (items) => items.length > 0 && items.every(({ state }) => state === 'delivered'),
      30_000,
    );
    await fault('inbox', { status: 410, times: 1 });
    const [, request] = webhookDoors[0] ?? [];
    if (request === undefined) throw new Error('there is no such door');
    const body = String(request.body).replace('777001', '777009');
    expect((await send({ ...request, body })).status).toBe(200);
    await eventually(
      deliveries,
      (items) => items.some(({ state, history }) => state !== 'delivered' && history.length > 0),
      30_000,
    );
  }, 60_000);
});

describe('an operator without --reveal sees none of it', () => {
  const printed = async (argv: string[], stdin = ''): Promise<string[]> => {
    const shown: string[] = [];
    for (const more of [[], ['--json']]) {
      const { stdout, stderr, notes } = await leadloopOn(stack().addresses, [...argv, ...more], { stdin });
      shown.push(...marks.in([stdout, stderr, ...notes].join('\n')));
    }
    return shown;
  };

  test('in lists', async () => {
    for (const what of [
      'submissions list',
      'deliveries list',
      'events list',
      'webhooks list',
      'lanes list',
      'source show demo',
    ])
      expect([what, await printed(what.split(' '))]).toEqual([what, []]);
  });

  test('in anything shown one by one, unless --reveal asks for it', async () => {
    const ids = {
      submissions: (await submissions()).map(({ id }) => id),
      deliveries: (await deliveries()).map(({ id }) => id),
      events: [...new Set((await deliveries()).map(({ eventId }) => String(eventId)))],
    };
    for (const [what, all] of Object.entries(ids)) {
      expect(all.length).toBeGreaterThan(0);
      for (const id of all) expect([what, id, await printed([what, 'show', id])]).toEqual([what, id, []]);
    }
    const [id = ''] = ids.submissions;
    expect(await printed(['submissions', 'show', id, '--reveal'])).toContain('last name');
  });

  test('in what it says about secrets and keys', async () => {
    const { clientId, clientSecret } = stack().sandbox;
    expect(await printed(['connect', 'demo'])).toEqual([]);
    expect(await printed(['connect', 'demo', '--client-id', clientId, '--client-secret-stdin'], clientSecret)).toEqual(
      [],
    );
    expect(await printed(['connect', 'demo', '--key', personal['wrong key']])).toEqual([]);
    expect(
      await printed(['connect', 'demo', '--client-id', personal['wrong key'], '--client-secret-stdin'], clientSecret),
    ).toEqual([]);
    expect(await printed(['keys', 'revoke', 'demo', personal['wrong key']])).toEqual([]);
    expect(await printed(['webhooks', 'replay', '--all'])).toEqual([]);
    expect(await printed(['submissions', 'rerun', '--all'])).toEqual([]);
  });
});

test('no function logged or counted any of it', () => {
  const { logs } = stack();
  const leaks = logs.flatMap((line) => marks.in(line).map((name) => `${name}: ${line.slice(0, 60)}`));
  expect(leaks).toEqual([]);
  for (const name of ['submit-lead', 'connect-zoho', 'receive-webhook', 'deliver-leads', 'deliver-events', 'dispatch'])
    expect(logs.filter((line) => line.includes(`"function":"${name}"`)).length).toBeGreaterThan(0);
  expect(logs.some((line) => line.includes('"message":"metrics"'))).toBe(true);
});

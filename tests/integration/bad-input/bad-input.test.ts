import { describe, expect, test } from '@jest/globals';
import { listLatest } from '../../../lib/work/list-items.ts';
import { brokenPromises, headersOf } from '../../support/answer-contract.ts';
import { leadloopOn } from '../../support/cli-on-stack.ts';
import type { RawAnswer } from '../../support/raw-http.ts';
import { eventually } from '../../support/stack.ts';
import { type Case, type Expected, MARK } from './case.ts';
import { badCodes, connectCases } from './connect.cases.ts';
import { jsonBodies, limits, types, urlencodedBodies } from './form-bodies.cases.ts';
import { bots, emails, idempotencyKeys, origins, pages, redirects } from './form-values.cases.ts';
import { keyCases } from './keys.cases.ts';
import { multipartCases } from './multipart.cases.ts';
import { pathCases } from './paths.cases.ts';
import { webhookCases } from './webhook.cases.ts';
import { useWorld } from './world.ts';

const world = useWorld();

type Body = {
  id?: string;
  status?: string;
  reason?: string;
  error?: { code: string; fields?: Array<{ field: string; code: string }> };
};
const jsonOf = (answer: RawAnswer): Body =>
  answer.body.length > 0 && headersOf(answer)['content-type']?.startsWith('application/json')
    ? JSON.parse(answer.body.toString())
    : {};

/** What was taken, to be looked for at the end. */
const taken = { submissions: new Set<string>(), events: 0, calls: new Map<string, number>() };
let sent = 0;

/** The answer as far as the case says anything about it, beside what it says. */
const seenAnd = (answer: RawAnswer, want: Expected, number: number) => {
  const text = answer.body.toString();
  const { error, status: outcome, reason } = jsonOf(answer);
  const [, page] = /<main data-outcome="(\w+)"/.exec(text) ?? [];
  const code = error?.code ?? /<main[^>]* data-code="(\w+)"/.exec(text)?.[1];
  const problems = error?.fields?.map((one) => `${one.field}:${one.code}`).join() ?? '';
  const headers = headersOf(answer);
  const wanted = Object.entries(want.headers ?? {});
  const isField = want.field === undefined || problems.includes(want.field) || text.includes(want.field);
  return {
    seen: {
      status: answer.status,
      ...(want.code === undefined ? {} : { code }),
      ...(want.outcome === undefined ? {} : { outcome }),
      ...(want.outcome === 'ignored' || want.reason !== undefined ? { reason } : {}),
      ...(want.page === undefined ? {} : { page }),
      ...(isField ? {} : { field: problems }),
      headers: Object.fromEntries(wanted.map(([name]) => [name, headers[name]])),
    },
    wanted: {
      status: want.status,
      ...(want.code === undefined ? {} : { code: want.code }),
      ...(want.outcome === undefined ? {} : { outcome: want.outcome }),
      ...(want.outcome === 'ignored' || want.reason !== undefined ? { reason: want.reason } : {}),
      ...(want.page === undefined ? {} : { page: want.page }),
      headers: Object.fromEntries(
        wanted.map(([name, value]) => [name, value === undefined ? undefined : world.fill(value, number)]),
      ),
    },
  };
};

const remember = (answer: RawAnswer): void => {
  const { id, status, reason = '' } = jsonOf(answer);
  if (answer.status === 202 && id !== undefined) taken.submissions.add(id);
  if (status === 'recorded' && reason === '') taken.events += 1;
  if (status === 'quarantined') taken.calls.set(reason, (taken.calls.get(reason) ?? 0) + 1);
};

const check = async ({ send, after, expect: want }: Case): Promise<void> => {
  sent += 1;
  const number = sent;
  if (after !== undefined) remember(await world.send(after, number));
  const answer = await world.send(send, number);
  remember(answer);
  const { seen, wanted } = seenAnd(answer, want, number);
  expect(seen).toEqual(wanted);
  if (want.by !== 'gateway') expect(brokenPromises({ ...answer, headers: headersOf(answer) })).toEqual([]);
  const all = `${answer.headers.join('\n')}\n${answer.body.toString()}`;
  expect(all).not.toContain(MARK);
  expect(all).not.toContain('evil.example.com');
  if (want.stored !== undefined) {
    const item = await world.stack().records.get(`submission#${jsonOf(answer).id}`);
    expect(item?.fields).toMatchObject(want.stored);
  }
};

const table = (title: string, cases: Case[]): void =>
  describe(title, () => {
    test.each(cases.map((one) => ({ ...one, say: sayOf(one.expect) })))('$title: $say', check);
  });
const sayOf = ({ status, code, outcome, reason, page, by }: Expected): string =>
  [status, outcome ?? page, code, reason, by && 'by the gateway'].filter((word) => word !== undefined).join(' ');

table('types, charsets and encodings of forms', types);
table('urlencoded forms', urlencodedBodies);
table('JSON forms', jsonBodies);
table('limits of forms', limits);
table('e-mail addresses', emails);
table('bots', bots);
table('pages', pages);
table('where visitors are led', redirects);
table('origins', origins);
table('Idempotency-Key', idempotencyKeys);
table('multipart', multipartCases);
table('API keys', keyCases);
table('the connect visit', connectCases);
table('webhook calls', webhookCases);
table('paths and headers', pathCases);

describe('beyond one answer', () => {
  test('a wrong key, none and an unknown source are answered with the very same bytes', async () => {
    const answers = await Promise.all(
      [
        '/sources/demo',
        '/sources/demo?api_key=x',
        '/sources/nobody?api_key={key}',
        '/sources/demo?api_key={revoked}',
      ].map((target) => world.send({ target }, 0)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.toString()}`)).size).toBe(1);
  });

  test('a body that never ends takes nobody else’s place', async () => {
    const hanging = world
      .send({ target: '/sources/demo/forms/contact', headers: [['Content-Length', '5000']], body: 'email=' }, 0, {
        deadlineMs: 2_000,
      })
      .catch(() => 'given up');
    const answer = await world.send({ target: '/sources/demo?api_key={key}' }, 0);
    expect(answer.status).toBe(400);
    expect(await hanging).toBe('given up');
  });

  test('bad codes are refused and shown to nobody; nothing else asked Zoho for a token', async () => {
    const { sandbox } = world.stack().addresses;
    const asked = async () => (await (await fetch(`${sandbox}/sandbox/calls`)).json()).tokenRequests as number;
    const before = await asked();
    expect(before).toBeLessThanOrEqual(2); // the demo's own connect visit, and a refresh at most
    for (const one of badCodes) await check(one);
    expect((await asked()) - before).toBe(2 * badCodes.length); // the code, and what the server knows of the client
  });
});

describe('after all of it', () => {
  const listed = async <Shape>(...argv: string[]): Promise<Shape> => {
    const { stdout, exitCode } = await leadloopOn(world.stack().addresses, [...argv, '--json']);
    expect(exitCode).toBe(0);
    return JSON.parse(stdout) as Shape;
  };

  test('every accepted post is listed, and has reached Zoho or says why not', async () => {
    expect(taken.submissions.size).toBeGreaterThan(80);
    const all = async () =>
      (
        await Promise.all(
          ['demo', 'other'].map((source) =>
            listLatest(world.stack().records, { source, kind: 'submission', nowMs: Date.now(), days: 2 }),
          ),
        )
      ).flat();
    const over = await eventually(all, (items) => items.every(({ state }) => !/pending|sending/.test(state)), 45_000);
    const states = new Map(over.map(({ id, state }) => [id, state]));
    expect([...taken.submissions].filter((id) => !states.has(id))).toEqual([]);
    expect(over.filter(({ state }) => !/^(delivered|ignored|rejected)$/.test(state))).toEqual([]);
    expect(over.filter(({ state, reason }) => state === 'rejected' && reason === undefined)).toEqual([]);
    const { submissions } = await listed<{ submissions: Array<{ id: string }> }>(
      'submissions',
      'list',
      '--limit',
      '10000',
    );
    expect(new Set(submissions.map(({ id }) => id))).toEqual(new Set(states.keys()));
  }, 60_000);

  test('every call that could not be used waits for a person, with its reason', async () => {
    const { calls } = await listed<{ calls: Array<{ reason: string }> }>('webhooks', 'list', 'demo');
    const byReason = new Map<string, number>();
    for (const { reason } of calls) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
    expect(byReason).toEqual(taken.calls);
  });

  test('every call that was recorded is an event', async () => {
    const { events } = await listed<{ events: unknown[] }>('events', 'list', 'demo', '--limit', '10000');
    expect(events).toHaveLength(taken.events);
  });

  test('no function failed, and none logged anything of it', () => {
    const { logs } = world.stack();
    expect(logs.filter((line) => /"level":"error"/.test(line))).toEqual([]);
    expect(logs.filter((line) => line.includes(MARK))).toEqual([]);
  });
});

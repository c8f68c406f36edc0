import { describe, expect, test } from '@jest/globals';
import { chunk } from '../../../../lib/leads/chunk.ts';
import { createLeadsDriver } from '../../../../lib/leads/leads-driver.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import { type Source, sourceSchema } from '../../../../lib/sources/source.ts';
import type { TokenOutcome } from '../../../../lib/tokens/token-outcome.ts';
import type { ClaimedItem } from '../../../../lib/work/claim.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { newWork, submissionKey, workAttributes } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';

const NOW = Date.parse('2026-11-21T09:30:00.000Z');
const demo: Source = sourceSchema.parse({
  id: 'demo',
  forms: {
    contact: {
      fields: { Email: 'email', Last_Name: 'last_name', Phone: 'phone', Description: 'message' },
      constants: { Lead_Source: 'Web Site' },
      duplicateCheckFields: ['Email'],
    },
    insert: { fields: { Email: 'email', Phone: 'phone' }, marker: 'Submission_Id' },
  },
});
const token: TokenOutcome = {
  status: 'token',
  value: 'token-1',
  apiDomain: 'https://www.zohoapis.com',
  grant: 3,
  expiresAtMs: NOW + 3_600_000,
};

const setUp = (answers: OutboundAnswer[], tokens: TokenOutcome[] = [token], source: Source = demo) => {
  const table = createMemoryTable();
  const requests: Request[] = [];
  const invalidated: string[] = [];
  const driver = createLeadsDriver({
    connection: 'demo',
    table,
    now: () => NOW,
    loadSource: async (id) => (id === 'demo' ? { source, version: 1, hmacKey: 'k', keys: [] } : undefined),
    tokens: {
      get: async () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? token,
      invalidate: async (_, value) => void invalidated.push(value),
      forget: () => undefined,
    },
    send: async (request) => {
      requests.push(request);
      return answers.shift() ?? { status: 'failed', code: 'network', maybeSent: false };
    },
  });
  const submission = (id: string, fields: Record<string, string>, more: Record<string, unknown> = {}) =>
    workAttributes.parse({
      ...newWork({
        pk: submissionKey(id),
        kind: 'submission',
        id,
        source: 'demo',
        lane: connectionLane('demo'),
        nowMs: NOW,
      }),
      form: 'contact',
      connection: 'demo',
      fields,
      ...more,
    });
  const send = async (...items: ReturnType<typeof submission>[]) => {
    const batch = [];
    for (const item of items) {
      const prepared = await driver.prepare(item);
      if (prepared.status !== 'ready') throw new Error('not ready');
      batch.push({
        item: { ...item, claimOwner: 'w:1', claimUntilMs: NOW + 30_000 } satisfies ClaimedItem,
        payload: prepared.payload,
      });
    }
    return driver.send(batch, () => true);
  };
  return { table, driver, requests, invalidated, submission, send };
};

const answered = (httpStatus: number, body: unknown): OutboundAnswer => ({
  status: 'answered',
  httpStatus,
  headers: {},
  body: JSON.stringify(body),
});
const success = (id: string) => ({
  code: 'SUCCESS',
  action: 'insert',
  duplicate_field: null,
  details: { id },
  message: 'record added',
  status: 'success',
});

describe('delivering submissions', () => {
  test('a call carries the mapped records and each gets its own result', async () => {
    const { send, submission, requests } = setUp([
      answered(207, {
        data: [
          success('5725767000000524157'),
          { code: 'INVALID_DATA', details: { api_name: 'Phone' }, message: 'invalid data', status: 'error' },
        ],
      }),
    ]);
    const outcome = await send(
      submission('s1', { email: 'a@example.com', last_name: 'A' }),
      submission('s2', { email: 'b@example.com', phone: '12' }),
    );
    expect(await requests[0]?.json()).toEqual({
      data: [
        { Email: 'a@example.com', Last_Name: 'A', Lead_Source: 'Web Site' },
        expect.objectContaining({ Email: 'b@example.com', Lead_Source: 'Web Site' }),
      ],
      duplicate_check_fields: ['Email'],
    });
    expect(outcome).toMatchObject({
      status: 'answered',
      outcomes: [
        {
          status: 'delivered',
          receipt: {
            zohoId: '5725767000000524157',
            zohoAction: 'insert',
            zohoModule: 'Leads',
            writtenFields: ['Email', 'Last_Name', 'Lead_Source'],
          },
        },
        { status: 'rejected', code: 'INVALID_DATA', field: 'Phone' },
      ],
    });
  });

  test('two spellings of one e-mail are one person', async () => {
    const { driver, submission } = setUp([]);
    const prepared = await Promise.all([
      driver.prepare(submission('s1', { email: 'Ann@Example.com' })),
      driver.prepare(submission('s2', { email: 'ann@example.com' })),
    ]);
    const keys = prepared.map((one) => (one.status === 'ready' ? one.keys : []));
    expect(keys[0]).toEqual(keys[1]);
  });

  test('a form without duplicate-check fields inserts, marked with the submission’s id, and is not repeatable', async () => {
    const { driver, submission, send, requests } = setUp([
      answered(201, { data: [{ code: 'SUCCESS', details: { id: '1' }, message: 'record added', status: 'success' }] }),
    ]);
    const item = submission('s1', { email: 'a@example.com' }, { form: 'insert' });
    expect(await driver.prepare(item)).toMatchObject({ status: 'ready', keys: [], repeatable: false });
    await send(item);
    expect(new URL(requests[0]?.url ?? '').pathname).toBe('/crm/v8/Leads');
    expect(await requests[0]?.json()).toEqual({ data: [{ Email: 'a@example.com', Submission_Id: 's1' }] });
  });

  test.each([
    ['source', { source: 'gone' }, 'source_removed'],
    ['form', { form: 'gone' }, 'form_removed'],
  ])('a submission whose %s is gone waits for a person', async (_, more, code) => {
    const { driver, submission } = setUp([]);
    expect(await driver.prepare(submission('s1', { email: 'a@example.com' }, more))).toEqual({
      status: 'settled',
      outcome: { status: 'rejected', code },
    });
  });

  test('a refused token is invalidated once and the leads go again; a fresh one refused too is the connection’s fault', async () => {
    const invalid = answered(401, {
      code: 'INVALID_TOKEN',
      details: {},
      message: 'invalid oauth token',
      status: 'error',
    });
    const fresh: TokenOutcome = { ...token, value: 'token-2' };
    const { send, submission, invalidated } = setUp([invalid, invalid], [token, fresh]);
    const item = submission('s1', { email: 'a@example.com' });
    expect(await send(item)).toEqual({ status: 'again', code: 'INVALID_TOKEN' });
    expect(invalidated).toEqual(['token-1']);
    expect(await send(item)).toEqual({ status: 'connection_fault', code: 'INVALID_TOKEN', grant: 3 });
    expect(invalidated).toEqual(['token-1']);
  });

  test('a missing scope never refreshes: the connection is at fault', async () => {
    const { send, submission, invalidated } = setUp([
      answered(401, { code: 'OAUTH_SCOPE_MISMATCH', details: {}, message: 'Unauthorized', status: 'error' }),
    ]);
    expect(await send(submission('s1', { email: 'a@example.com' }))).toEqual({
      status: 'connection_fault',
      code: 'OAUTH_SCOPE_MISMATCH',
      grant: 3,
    });
    expect(invalidated).toEqual([]);
  });

  test.each([
    [
      'too many requests',
      answered(429, { code: 'TOO_MANY_REQUESTS', details: {}, message: 'x', status: 'error' }),
      { code: 'TOO_MANY_REQUESTS', maybeSent: false },
    ],
    [
      'an error page',
      { status: 'answered', httpStatus: 502, headers: {}, body: '<html>' } as OutboundAnswer,
      { maybeSent: true },
    ],
    [
      'a time-out',
      { status: 'failed', code: 'timeout', maybeSent: true } as OutboundAnswer,
      { code: 'timeout', maybeSent: true },
    ],
    [
      'no connection',
      { status: 'failed', code: 'network', maybeSent: false } as OutboundAnswer,
      { code: 'network', maybeSent: false },
    ],
  ])('%s is the lane’s fault', async (_, answer, expected) => {
    const { send, submission } = setUp([answer]);
    expect(await send(submission('s1', { email: 'a@example.com' }))).toMatchObject({
      status: 'lane_fault',
      ...expected,
    });
  });

  test('being one call too many says so, and costs nothing', async () => {
    const tooMany = { code: 'RATE_LIMIT_EXCEEDED', details: {}, message: 'x', status: 'error' };
    const { send, submission } = setUp([answered(429, tooMany)]);
    expect(await send(submission('s1', { email: 'a@example.com' }))).toMatchObject({
      overload: true,
      usage: { cost: 0 },
    });
  });

  test('a call says what it has cost, and what Zoho says is left', async () => {
    const data = Array.from({ length: 11 }, (_, n) => success(`572576700000052415${n}`));
    const { send, submission } = setUp([
      {
        status: 'answered',
        httpStatus: 200,
        headers: { 'x-api-credits-remaining': '2041' },
        body: JSON.stringify({ data }),
      },
    ]);
    const posts = data.map((_, n) => submission(`s${n}`, { email: `a${n}@example.com` }));
    expect((await send(...posts)).usage).toEqual({ cost: 2, remaining: 2041 });
  });

  test('a call whose answer never came is counted as one that was made', async () => {
    const { send, submission } = setUp([{ status: 'failed', code: 'timeout', maybeSent: true }]);
    expect((await send(submission('s1', { email: 'a@example.com' }))).usage).toEqual({ cost: 1 });
  });

  test('sources that share a connection are served by the most careful of them', async () => {
    const bench = setUp([]);
    expect(bench.driver.budget?.()).toEqual({ perDay: 50_000, keep: 1_000 });
    const careful = setUp(
      [],
      [token],
      sourceSchema.parse({ ...demo, zoho: { dailyCredits: 5_000, keepCredits: 500 } }),
    );
    await careful.driver.prepare(careful.submission('s1', { email: 'a@example.com' }));
    expect(careful.driver.budget?.()).toEqual({ perDay: 5_000, keep: 500 });
  });

  test('without a usable token nothing is claimed: wait, or the connection’s fault', async () => {
    const wait = setUp([], [{ status: 'wait', code: 'throttled', retryAtMs: NOW + 60_000 }]);
    expect(await wait.driver.open()).toEqual({
      status: 'lane_fault',
      code: 'throttled',
      afterMs: 60_000,
      maybeSent: false,
    });
    const gone = setUp([], [{ status: 'refused', code: 'invalid_code', grant: 3 }]);
    expect(await gone.driver.open()).toEqual({ status: 'connection_fault', code: 'invalid_code', grant: 3 });
  });

  describe('an older submission that comes late', () => {
    const person = { personKey: 'demo#p', personAtMs: NOW };
    const fields = { email: 'a@example.com', phone: '+85251234567', message: 'first' };
    const late = { ...person, history: [{ atMs: NOW, outcome: 'retry', code: 'RECORD_LOCKED' }] };
    /** The record of a late submission, after a newer one of the same person reached this module. */
    const recordAfter = async (module: string, more: Record<string, unknown> = late) => {
      const { table, driver, submission } = setUp([]);
      const at = NOW + 5_000;
      const newer: Item = {
        ...newWork({
          pk: submissionKey('newer'),
          kind: 'submission',
          id: 'newer',
          source: 'demo',
          lane: connectionLane('demo'),
          nowMs: at,
        }),
        form: 'contact',
        connection: 'demo',
        fields: { email: 'a@example.com' },
        personKey: person.personKey,
        personAtMs: at,
        state: 'delivered',
        zohoModule: module,
        writtenFields: ['Email', 'Phone'],
      };
      await table.put(newer);
      const prepared = await driver.prepare(submission('older', fields, more));
      return prepared.status === 'ready' ? prepared.payload.record : prepared;
    };

    test('leaves alone what a newer one has written', async () => {
      expect(await recordAfter('Leads')).toEqual({
        Email: 'a@example.com',
        Description: 'first',
        Lead_Source: 'Web Site',
      });
    });

    test('writes everything when the newer one went to another module', async () => {
      expect(await recordAfter('Contacts')).toHaveProperty('Phone');
    });

    test('writes everything when it comes in order after all', async () => {
      expect(await recordAfter('Leads', person)).toHaveProperty('Phone');
    });

    test('writes everything when it is inserted: the record is its own', async () => {
      const record = await recordAfter('Leads', { ...late, form: 'insert' });
      expect(record).toEqual({ Email: 'a@example.com', Phone: '+85251234567', Submission_Id: 'older' });
    });
  });
});

test('chunks are at most a hundred, in order', () => {
  const numbers = Array.from({ length: 250 }, (_, n) => n);
  expect(chunk(numbers).map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(chunk(numbers).flat()).toEqual(numbers);
  expect(chunk([])).toEqual([]);
});

import { describe, expect, test } from '@jest/globals';
import { chunk } from '../../../../lib/leads/chunk.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import type { TokenOutcome } from '../../../../lib/tokens/token-outcome.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { newWork, submissionKey } from '../../../../lib/work/work-item.ts';
import { answered, leadsBench, NOW, success, token } from './leads-bench.ts';

describe('delivering submissions', () => {
  test('a call carries the mapped records and each gets its own result', async () => {
    const { send, submission, requests } = leadsBench([
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
    const { driver, submission } = leadsBench([]);
    const prepared = await Promise.all([
      driver.prepare(submission('s1', { email: 'Ann@Example.com' })),
      driver.prepare(submission('s2', { email: 'ann@example.com' })),
    ]);
    const keys = prepared.map((one) => (one.status === 'ready' ? one.keys : []));
    expect(keys[0]).toEqual(keys[1]);
  });

  test('a form without duplicate-check fields inserts, marked with the submission’s id, and is not repeatable', async () => {
    const { driver, submission, send, requests } = leadsBench([
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
    const { driver, submission } = leadsBench([]);
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
    const { send, submission, invalidated } = leadsBench([invalid, invalid], [token, fresh]);
    const item = submission('s1', { email: 'a@example.com' });
    expect(await send(item)).toEqual({ status: 'again', code: 'INVALID_TOKEN' });
    expect(invalidated).toEqual(['token-1']);
    expect(await send(item)).toEqual({ status: 'connection_fault', code: 'INVALID_TOKEN', grant: 3 });
    expect(invalidated).toEqual(['token-1']);
  });

  test('a missing scope never refreshes: the connection is at fault', async () => {
    const { send, submission, invalidated } = leadsBench([
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
    const { send, submission } = leadsBench([answer]);
    expect(await send(submission('s1', { email: 'a@example.com' }))).toMatchObject({
      status: 'lane_fault',
      ...expected,
    });
  });

  test('without a usable token nothing is claimed: wait, or the connection’s fault', async () => {
    const wait = leadsBench([], [{ status: 'wait', code: 'throttled', retryAtMs: NOW + 60_000 }]);
    expect(await wait.driver.open()).toEqual({
      status: 'lane_fault',
      code: 'throttled',
      afterMs: 60_000,
      maybeSent: false,
    });
    const gone = leadsBench([], [{ status: 'refused', code: 'invalid_code', grant: 3 }]);
    expect(await gone.driver.open()).toEqual({ status: 'connection_fault', code: 'invalid_code', grant: 3 });
  });

  test('a store that is silent before the call makes the lane wait, and leaves no doubt about any record', async () => {
    const silent = new PlatformError('table.unreachable', 'The table did not answer.');
    const { driver, send, submission, requests } = leadsBench([], [silent]);
    const fault = { status: 'lane_fault', code: 'table.unreachable', maybeSent: false };
    expect(await driver.open()).toEqual(fault);
    expect(await send(submission('s1', { email: 'a@example.com' }, { form: 'insert' }))).toEqual(fault);
    expect(requests).toEqual([]);
  });

  test('what Zoho refused was not sent, though the refused token cannot be taken out of use', async () => {
    const { send, submission } = leadsBench([answered(401, { code: 'INVALID_TOKEN' })], [token], {
      invalidate: async () => {
        throw new PlatformError('table.throttled', 'The table refuses for the moment.');
      },
    });
    const outcome = await send(submission('s1', { email: 'a@example.com' }, { form: 'insert' }));
    expect(outcome).toEqual({ status: 'lane_fault', code: 'table.throttled', maybeSent: false });
  });

  describe('an older submission that comes late', () => {
    const person = { personKey: 'demo#p', personAtMs: NOW };
    const fields = { email: 'a@example.com', phone: '+85251234567', message: 'first' };
    const late = { ...person, history: [{ atMs: NOW, outcome: 'retry', code: 'RECORD_LOCKED' }] };
    const newer: Item = {
      ...newWork({
        pk: submissionKey('newer'),
        kind: 'submission',
        id: 'newer',
        source: 'demo',
        lane: connectionLane('demo'),
        nowMs: NOW + 5_000,
      }),
      form: 'contact',
      connection: 'demo',
      fields: { email: 'a@example.com' },
      personKey: person.personKey,
      personAtMs: NOW + 5_000,
      state: 'delivered',
      zohoModule: 'Leads',
      writtenFields: ['Email', 'Phone'],
    };
    const sentRecord = async ([request]: Request[]): Promise<unknown> =>
      ((await request?.json()) as { data: unknown[] } | undefined)?.data[0];
    /** The record that is sent of a late submission, after a newer one of the same person reached this module. */
    const recordAfter = async (module: string, more: Record<string, unknown> = late) => {
      const { table, send, submission, requests } = leadsBench([]);
      await table.put({ ...newer, zohoModule: module });
      await send(submission('older', fields, more));
      return sentRecord(requests);
    };

    test('leaves alone what a newer one has written', async () => {
      expect(await recordAfter('Leads')).toEqual({
        Email: 'a@example.com',
        Description: 'first',
        Lead_Source: 'Web Site',
      });
    });

    test('leaves it alone, too, when the newer one came through while this one waited for its call', async () => {
      const { table, driver, batchOf, submission, requests } = leadsBench([answered(200, { data: [success('1')] })]);
      const batch = await batchOf([submission('older', fields, late)]);
      await table.put(newer);
      const outcome = await driver.send(batch, () => true);
      expect(await sentRecord(requests)).not.toHaveProperty('Phone');
      expect(outcome).toMatchObject({
        outcomes: [{ receipt: { writtenFields: ['Email', 'Description', 'Lead_Source'] } }],
      });
    });

    test('is late, too, when its first worker died without a word', async () => {
      expect(await recordAfter('Leads', { ...person, unclearEnds: 1 })).not.toHaveProperty('Phone');
    });

    test('is late, too, when its call was given back unsent and the newer one was at hand', async () => {
      expect(await recordAfter('Leads', { ...person, reason: 'not_sent' })).not.toHaveProperty('Phone');
    });

    test('is late, too, when it waited for the others because a worker had died over it', async () => {
      expect(await recordAfter('Leads', { ...person, translationDeaths: 1 })).not.toHaveProperty('Phone');
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

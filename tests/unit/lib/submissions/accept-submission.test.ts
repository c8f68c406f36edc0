import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FormFields } from '../../../../lib/mapping/form-fields.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { acceptSubmission, type FormPost } from '../../../../lib/submissions/accept-submission.ts';
import { decodeBody } from '../../../../lib/submissions/decode-body.ts';
import { submissionAttributes } from '../../../../lib/submissions/submission-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { contactForm, multipartOf, multipartType, postOf } from './contact-form.ts';

const START = 1_795_253_400_000;
const MINUTE = 60_000;
const lead: FormFields = {
  first_name: 'Wing',
  email: 'Wing@Example.com',
  productinterest: ['Solar', 'Wind'],
  cdp_id: 'v-81',
  gclid: 'click-1',
};

const setUp = (wrap: (table: Table) => Table = (table) => table) => {
  const table = createMemoryTable();
  let nowMs = START;
  const deps = { table: wrap(table), now: () => nowMs, sleep: async () => {}, random: () => 0 };
  const post = (fields: FormFields, more: Partial<FormPost> = {}) =>
    acceptSubmission(
      {
        source: 'demo',
        connection: 'org',
        hmacKey: 'a-key',
        form: 'contact',
        settings: contactForm(),
        gatherMs: 2_000,
        fields,
        files: 0,
        ...more,
      },
      deps,
    );
  const idOf = async (fields: FormFields, more: Partial<FormPost> = {}) => {
    const outcome = await post(fields, more);
    if (!('id' in outcome)) throw new Error(`expected an id, got ${outcome.status}`);
    return outcome.id;
  };
  return { table, post, idOf, pass: (ms: number) => (nowMs += ms) };
};

describe('a new submission', () => {
  test('is one write', async () => {
    const { table, post } = setUp();
    expect(await post(lead)).toMatchObject({ status: 'accepted' });
    expect(table.counts).toEqual({ get: 0, getMany: 0, put: 1, update: 0, delete: 0, transact: 0, query: 0 });
  });

  test('is work for its connection from birth, due after the gather time', async () => {
    const { table, idOf } = setUp();
    const id = await idOf({ ...lead, unmapped: 'kept' }, { files: 2 });
    const [item] = table.items();
    expect(item).toMatchObject({
      pk: `submission#${id}`,
      kind: 'submission',
      id,
      source: 'demo',
      form: 'contact',
      connection: 'org',
      module: 'Leads',
      state: 'pending',
      lane: 'zoho#org',
      homeLane: 'zoho#org',
      bell: 'zoho#org',
      dueAtMs: START + 2_000,
      attempts: 0,
      listKey: 'demo#submission#2026-11-21',
      listAtMs: START,
      lastAtMs: START,
      lastId: id,
      cdpId: 'v-81',
      clickIds: { gclid: 'click-1' },
      filesDropped: 2,
      personAtMs: START,
      fields: { ...lead, unmapped: 'kept' },
    });
    expect(item?.expiresAtSeconds).toBeUndefined();
    expect(submissionAttributes.safeParse(item).success).toBe(true);
  });

  test('finds a person whatever the letter case, without keeping the address in an index', async () => {
    const { table, post } = setUp();
    await post(lead);
    await post({ ...lead, email: 'wing@example.com', message: 'again' });
    const keys = table.items().map(({ personKey }) => personKey);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^org#[0-9a-z]{26}$/);
  });

  test('keeps line breaks and tabs, and no other control character', async () => {
    const { table, post } = setUp();
    await post({ email: 'wing@example.com', message: 'one\r\ntwo\rthree\tfour\u0000\u001b\u0085' });
    expect(table.items()[0]?.fields).toMatchObject({ message: 'one\ntwo\nthree\tfour' });
  });
});

describe('sent twice, kept once', () => {
  test('the same content within ten minutes is a repeat with the same id', async () => {
    const { table, post, pass } = setUp();
    const first = await post(lead);
    pass(10 * MINUTE - 1);
    expect(await post(lead)).toEqual({ ...first, status: 'duplicate' });
    expect(table.items()).toHaveLength(1);
  });

  test('ten minutes later it is a new submission, and the window starts anew with it', async () => {
    const { table, idOf, post, pass } = setUp();
    const first = await idOf(lead);
    pass(10 * MINUTE);
    const second = await idOf(lead);
    expect(second).not.toBe(first);
    expect(table.counts.transact).toBe(1);
    expect(await table.get(`submission#${second}`)).toMatchObject({ state: 'pending', bell: 'zoho#org' });
    pass(9 * MINUTE);
    expect(await post(lead)).toEqual({ status: 'duplicate', id: second });
    pass(MINUTE);
    expect(new Set([first, second, await idOf(lead)]).size).toBe(3);
    expect(table.items()).toHaveLength(3);
  });

  test('whitespace, honeypot, timestamp and unmapped fields make no other content', async () => {
    const { idOf } = setUp();
    const first = await idOf(lead);
    expect(
      await idOf({
        ...lead,
        first_name: ' Wing ',
        website: '',
        started_at: String(START - 9_000),
        extra: 'x',
        message: ' ',
      }),
    ).toBe(first);
  });

  test('another value, another form, another source make another submission', async () => {
    const { idOf } = setUp();
    const ids = [
      await idOf(lead),
      await idOf({ ...lead, first_name: 'Wing Yan' }),
      await idOf(lead, { form: 'quote' }),
      await idOf(lead, { source: 'other' }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test('values do not run into each other', async () => {
    const { idOf } = setUp();
    const ids = [
      await idOf({ email: 'a@example.com', first_name: 'x', company: '' }),
      await idOf({ email: 'a@example.com', company: 'x' }),
      await idOf({ email: 'a@example.com', productinterest: ['a', 'b'] }),
      await idOf({ email: 'a@example.com', productinterest: ['a,b'] }),
      await idOf({ email: 'a@example.com', productinterest: ['b', 'a'] }),
    ];
    expect(new Set(ids).size).toBe(5);
  });

  test('an idempotency key counts however much later, and other content under it is refused', async () => {
    const { post, idOf, pass, table } = setUp();
    const first = await idOf(lead, { idempotencyKey: 'key-1' });
    pass(60 * MINUTE);
    expect(await post(lead, { idempotencyKey: 'key-1' })).toEqual({ status: 'duplicate', id: first });
    expect(await post({ ...lead, first_name: 'Other' }, { idempotencyKey: 'key-1' })).toEqual({ status: 'key_reused' });
    expect(await idOf(lead, { idempotencyKey: 'key-2' })).not.toBe(first);
    expect(await idOf(lead, { idempotencyKey: 'key-1', form: 'quote' })).not.toBe(first);
    expect(table.items()).toHaveLength(3);
  });

  test('a submission id counts with the content, so a page cached with one id loses no lead', async () => {
    const { post, idOf, pass } = setUp();
    const first = await idOf({ ...lead, submission_id: 's-1' });
    pass(60 * MINUTE);
    expect(await post({ ...lead, submission_id: 's-1' })).toEqual({ status: 'duplicate', id: first });
    expect(await post({ ...lead, first_name: 'Other', submission_id: 's-1' })).toMatchObject({ status: 'accepted' });
    expect(await idOf({ ...lead, submission_id: 's-2' })).not.toBe(first);
  });

  test('fifty at once give one id and one item, new or long after the first', async () => {
    const { idOf, table, pass } = setUp();
    const together = async () => new Set(await Promise.all(Array.from({ length: 50 }, () => idOf(lead))));
    expect((await together()).size).toBe(1);
    pass(11 * MINUTE);
    expect((await together()).size).toBe(1);
    expect(table.items()).toHaveLength(2);
  });

  test('a transaction that meets another one is tried again', async () => {
    let conflicts = 2;
    const { idOf, pass, table } = setUp((inner) => ({
      ...inner,
      transact: async (writes) => (conflicts-- > 0 ? { status: 'conflict' } : inner.transact(writes)),
    }));
    await idOf(lead);
    pass(11 * MINUTE);
    await idOf(lead);
    expect(table.items()).toHaveLength(2);
  });

  test('a write whose answer was lost is found again, and its id is the answer', async () => {
    const { idOf, post } = setUp((inner) => ({
      ...inner,
      put: async (item, condition) => {
        await inner.put(item, condition);
        return inner.put(item, condition);
      },
    }));
    const id = await idOf(lead);
    expect(await post(lead)).toEqual({ status: 'duplicate', id });
  });

  test('an expired item is as good as none, unless its content was kept again just now', async () => {
    const { table, idOf, post, pass } = setUp();
    const first = await idOf(lead);
    await table.update(`submission#${first}`, {
      set: { state: 'delivered', expiresAtSeconds: Math.floor(START / 1000) + 3_600 },
      remove: ['lane', 'bell', 'dueAtMs'],
    });
    pass(59 * MINUTE);
    const second = await idOf(lead);
    pass(2 * MINUTE);
    expect(await post(lead)).toEqual({ status: 'duplicate', id: second });
    pass(20 * MINUTE);
    expect(await post(lead)).toEqual({ status: 'accepted', id: first });
    expect(await table.get(`submission#${first}`)).toMatchObject({ state: 'pending', bell: 'zoho#org' });
  });
});

describe('a bot', () => {
  const botPost = { ...lead, website: 'https://example.com' };

  test('is told of success and kept out of every lane, with an end to its keeping', async () => {
    const { table, post } = setUp();
    expect(await post(botPost)).toMatchObject({
      status: 'ignored',
      reason: 'honeypot',
      id: expect.stringMatching(/^[0-9a-z]{26}$/),
    });
    const [item] = table.items();
    expect(item).toMatchObject({
      state: 'ignored',
      reason: 'honeypot',
      expiresAtSeconds: Math.floor(START / 1000) + 90 * 86_400,
    });
    for (const name of ['lane', 'bell', 'dueAtMs', 'personKey']) expect(item).not.toHaveProperty(name);
    expect(submissionAttributes.safeParse(item).success).toBe(true);
  });

  test('shadows nobody: the same content of a person is a new submission', async () => {
    const { post, idOf } = setUp();
    const bot = await idOf(botPost, { idempotencyKey: 'k' });
    expect(await post(lead, { idempotencyKey: 'k' })).toMatchObject({ status: 'accepted' });
    expect(await idOf(botPost, { idempotencyKey: 'k' })).toBe(bot);
    expect(await post({ ...botPost, first_name: 'Other' }, { idempotencyKey: 'k' })).toMatchObject({
      status: 'ignored',
    });
  });
});

test('what is invalid is not written', async () => {
  const { table, post } = setUp();
  expect(await post({ first_name: 'Wing' })).toMatchObject({
    status: 'invalid',
    problems: [{ field: 'email', code: 'required' }],
  });
  expect(table.counts.put).toBe(0);
});

test('a table that refuses is an error for the caller to pass on', async () => {
  const { post } = setUp((inner) => ({ ...inner, put: async () => Promise.reject(new Error('no table')) }));
  await expect(post(lead)).rejects.toThrow('no table');
});

test('the same content in any order and encoding is the same submission', async () => {
  const value = fc.string({
    minLength: 1,
    unit: fc.constantFrom('a', 'Z', '9', ' ', 'é', '香', '😀', '&', '=', '+', '%', '"', '<', '\n', '\\'),
  });
  const content = fc.record({
    first_name: value,
    company: value,
    message: value,
    country: value,
    productinterest: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(content, fc.array(fc.integer(), { minLength: 6, maxLength: 6 }), async (fields, order) => {
      const named = Object.entries({ ...fields, email: 'wing@example.com' });
      const shuffled = named
        .map((entry, at) => ({ entry, key: order[at] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ entry }) => entry);
      const pairs = shuffled.flatMap(([name, of]) => [of].flat().map((text): [string, string] => [name, text]));
      const crlf = pairs.map(([name, text]): [string, string] => [name, text.replaceAll('\n', '\r\n')]); // as browsers send it
      const { idOf } = setUp();
      const ids = await Promise.all(
        [
          postOf('application/json', JSON.stringify(Object.fromEntries(named))),
          postOf('application/json', JSON.stringify(Object.fromEntries(shuffled))),
          postOf('application/x-www-form-urlencoded', new URLSearchParams(crlf).toString()),
          postOf(multipartType, multipartOf(crlf)),
        ].map(async (request) => {
          const body = await decodeBody(request, { textPlain: false });
          if (body.status !== 'decoded') throw new Error(body.status);
          return idOf(body.fields);
        }),
      );
      expect(new Set(ids).size).toBe(1);
    }),
    { numRuns: 60 },
  );
});

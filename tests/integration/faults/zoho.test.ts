import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FaultWorld, startFaultWorld, UPSERT } from './fault-world.ts';

let world: FaultWorld;
beforeEach(async () => {
  world = await startFaultWorld();
});
afterEach(() => world.close());

const EMAIL = 'wing@example.com';

/** A fault of Zoho's or of the way to it, as long as it stands, and what the operator then reads. */
const outages: Array<[what: string, fault: object, reason: string]> = [
  [
    '429',
    { status: 429, body: { code: 'TOO_MANY_REQUESTS', details: {}, message: 'too many requests', status: 'error' } },
    'TOO_MANY_REQUESTS',
  ],
  [
    '500',
    { status: 500, body: { code: 'INTERNAL_ERROR', details: {}, message: 'Internal Server Error', status: 'error' } },
    'INTERNAL_ERROR',
  ],
  ['an HTML page with 502', { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }, 'http_502'],
  ['no answer for 20 s', { hang: true }, 'timeout'],
  ['a connection that drops before Zoho has acted', { drop: 'before' }, 'network'],
  ['JSON that breaks off', { status: 200, body: '{"data":[{"code":"SUCC' }, 'unreadable_answer'],
];

describe('while Zoho answers with', () => {
  test.each(outages)(
    '%s, the lane backs off, and afterwards the lead is one record, its first attempt',
    async (_, fault, reason) => {
      const id = await world.lead(EMAIL);
      await world.fault({ path: UPSERT, times: 0, ...fault });
      await world.serve();
      expect(await world.lane()).toMatchObject({ state: 'backing off', reason, waiting: 1 });
      expect(await world.submission(id)).toMatchObject({
        state: 'pending',
        attempts: 0,
        reason: `backing off: ${reason}`,
      });
      const tried = await world.writes();
      // While the lane backs off, nobody is asked.
      await world.serve();
      expect(await world.writes()).toBe(tried);
      expect(await world.leadsOf(EMAIL)).toBe(0);

      await world.mend();
      await world.clock.advance(60_000);
      await world.serve();
      expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1, zohoAction: 'insert' });
      expect(await world.leadsOf(EMAIL)).toBe(1);
      expect(await world.writes()).toBe(tried + 1);
      expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
    },
  );
});

describe('a call of which nobody knows the end', () => {
  test('dropped after Zoho has acted, it is repeated as an upsert: two calls, one record', async () => {
    const id = await world.lead(EMAIL);
    await world.fault({ path: UPSERT, drop: 'after' });
    await world.serve(); // the first back-off, 5 s, is slept through
    expect(await world.submission(id)).toMatchObject({
      state: 'delivered',
      attempts: 1,
      zohoAction: 'update',
      history: [{ outcome: 'lane', code: 'network' }, { outcome: 'delivered' }],
    });
    expect(await world.writes()).toBe(2);
    expect(await world.leadsOf(EMAIL)).toBe(1);
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
  });
});

describe('an answer that tells records apart', () => {
  test('207: the good ones are delivered, the bad one waits for a person with code and field; the lane goes on', async () => {
    const [good, bad, other] = [
      await world.lead('good@example.com'),
      await world.lead('bad@example.com', { number: 'twelve' }),
      await world.lead('other@example.com'),
    ];
    await world.serve();
    for (const id of [good, other])
      expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.submission(bad)).toMatchObject({
      state: 'rejected',
      reason: 'INVALID_DATA',
      attempts: 1,
      history: [{ outcome: 'rejected', code: 'INVALID_DATA', field: 'Lead_Number' }],
    });
    expect(await world.writes()).toBe(1);
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
    expect(await world.cli('lanes list')).toMatchObject({ attention: [{ source: 'demo', count: 1 }] });
  });

  test('400 with every record failing is no outage: all wait for a person, the lane goes on', async () => {
    const ids = [
      await world.lead('one@example.com', { number: 'one' }),
      await world.lead('two@example.com', { number: 'two' }),
    ];
    await world.serve();
    for (const id of ids)
      expect(await world.submission(id)).toMatchObject({ state: 'rejected', reason: 'INVALID_DATA', attempts: 1 });
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
    expect(await world.writes()).toBe(1);
    const good = await world.lead(EMAIL);
    await world.serve();
    expect(await world.submission(good)).toMatchObject({ state: 'delivered' });
  });

  const locked = {
    path: UPSERT,
    times: 0,
    status: 400,
    body: { data: [{ code: 'RECORD_LOCKED', details: {}, message: 'record is locked', status: 'error' }] },
  };

  test('RECORD_LOCKED is the record’s own: it is retried by its schedule, and the lane goes on', async () => {
    const id = await world.lead(EMAIL);
    await world.fault(locked);
    await world.serve();
    const seen = await world.submission(id);
    expect(seen).toMatchObject({ state: 'pending', reason: 'RECORD_LOCKED', attempts: 1 });
    expect(await world.lane()).toMatchObject({ state: 'open' });
    await world.mend();
    await world.clock.advance(60_000);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(await world.writes()).toBe(2);
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });

  test('RECORD_LOCKED for more than three days makes it dead after 14 attempts; a re-run delivers it', async () => {
    const id = await world.lead(EMAIL);
    await world.fault(locked);
    const beganAtMs = world.clock.now();
    for (let tries = 0; tries < 20; tries += 1) {
      await world.serve();
      const { state, nextTryAt } = await world.submission(id);
      if (state !== 'pending') break;
      await world.clock.advance(Date.parse(nextTryAt ?? '') - world.clock.now());
    }
    const hours = (world.clock.now() - beganAtMs) / 3_600_000;
    expect(await world.submission(id)).toMatchObject({ state: 'dead', reason: 'RECORD_LOCKED', attempts: 14 });
    expect(await world.writes()).toBe(14);
    expect(hours).toBeGreaterThan(76);
    expect(hours).toBeLessThan(78);
    expect(await world.leadsOf(EMAIL)).toBe(0);

    await world.mend();
    await world.cli(`submissions rerun ${id}`);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { type FaultWorld, INSERT, LEADS_LANE, startFaultWorld, UPSERT } from './fault-world.ts';
import type { Instance, Moments } from './instance.ts';

let world: FaultWorld;
afterEach(() => world.close());

const EMAIL = 'wing@example.com';
const MINUTE = 60_000;
/** Lease and claim of the one that stands still are over, clocks' difference included. */
const TAKEN_OVER_MS = 45_000;

/** The next worker is this one; those after it are ordinary. */
const nextWorker = (make: (instance: () => Instance) => Moments, aheadMs = 0): Instance => {
  const instance: Instance = world.newInstance({ moments: make(() => instance), aheadMs });
  let used = false;
  world.startAs(() => {
    if (used) return world.newInstance();
    used = true;
    return instance;
  });
  return instance;
};

describe('a worker frozen past its lease, while another takes over', () => {
  test('frozen before its call it wakes up and sends nothing: one call, one record', async () => {
    world = await startFaultWorld();
    const id = await world.lead(EMAIL);
    const frozen = nextWorker((self) => ({ claimed: () => self().freeze() }));
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'sending', attempts: 1 });
    expect(await world.writes()).toBe(0);
    // Nobody comes near the lane while the lease may still be somebody's.
    await world.serve();
    expect(await world.writes()).toBe(0);

    await world.clock.advance(TAKEN_OVER_MS);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    frozen.thaw();
    await world.serve();
    await world.clock.advance(MINUTE);
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(await world.writes()).toBe(1);
    expect(await world.leadsOf(EMAIL)).toBe(1);
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
  });

  test('frozen after its call the other repeats it as an upsert: two calls, one record, delivered once', async () => {
    world = await startFaultWorld();
    const id = await world.lead(EMAIL);
    const frozen = nextWorker((self) => ({ sent: () => self().freeze() }));
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'sending' });
    await world.clock.advance(TAKEN_OVER_MS);
    await world.serve();
    const delivered = await world.submission(id);
    expect(delivered).toMatchObject({ state: 'delivered', attempts: 2, zohoAction: 'update' });
    frozen.thaw();
    await world.serve();
    expect(await world.submission(id)).toEqual(delivered);
    expect(await world.writes()).toBe(2);
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });

  test('of an insert that may have been made nobody makes a second one: it waits for a person', async () => {
    world = await startFaultWorld({ duplicateCheckFields: [] });
    const id = await world.lead(EMAIL);
    const frozen = nextWorker((self) => ({ sent: () => self().freeze() }));
    await world.serve();
    await world.clock.advance(TAKEN_OVER_MS);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'unclear' });
    frozen.thaw();
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'unclear' });
    expect(await world.writes(INSERT)).toBe(1);
    expect(await world.leadsOf(EMAIL)).toBe(1);
    expect(await world.cli('lanes list')).toMatchObject({ attention: [{ source: 'demo', count: 1 }] });
  });
});

describe('a clock that jumps', () => {
  test.each([
    ['forwards', 10 * MINUTE],
    ['backwards', -10 * MINUTE],
  ])('ten minutes %s between claim and call: one record in the end, nothing charged twice', async (_, jumpMs) => {
    world = await startFaultWorld();
    const id = await world.lead(EMAIL);
    nextWorker((self) => {
      let jumped = false;
      return {
        claimed: () => {
          if (!jumped) self().jump(jumpMs);
          jumped = true;
        },
      };
    });
    for (let minute = 0; minute < 13; minute += 1) {
      await world.serve();
      await world.clock.advance(MINUTE);
    }
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.writes()).toBe(1);
    expect(await world.leadsOf(EMAIL)).toBe(1);
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
  });

  test.each([
    ['ahead', 10 * MINUTE],
    ['behind', -10 * MINUTE],
  ])('a lead taken by an instance ten minutes %s arrives once, ten minutes late at most', async (_, aheadMs) => {
    world = await startFaultWorld();
    const id = await world.leadFrom(world.newInstance({ aheadMs }), EMAIL);
    for (let minute = 0; minute <= 10; minute += 1) {
      await world.serve();
      await world.clock.advance(MINUTE);
    }
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });

  test('a worker ten minutes ahead takes a living worker’s lead from it: an upsert is still one record', async () => {
    world = await startFaultWorld();
    const id = await world.lead(EMAIL);
    const slow = nextWorker((self) => ({ sent: () => self().freeze() }));
    await world.serve();
    await world.clock.run(world.work(LEADS_LANE, world.newInstance({ aheadMs: 10 * MINUTE })));
    slow.thaw();
    for (let minute = 0; minute < 13; minute += 1) {
      await world.serve();
      await world.clock.advance(MINUTE);
    }
    expect(await world.submission(id)).toMatchObject({ state: 'delivered' });
    expect(await world.writes()).toBeLessThanOrEqual(2);
    expect(await world.leadsOf(EMAIL)).toBe(1);
    expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
  });

  test('and an insert is one record that waits for a person', async () => {
    world = await startFaultWorld({ duplicateCheckFields: [] });
    const id = await world.lead(EMAIL);
    const slow = nextWorker((self) => ({ sent: () => self().freeze() }));
    await world.serve();
    await world.clock.run(world.work(LEADS_LANE, world.newInstance({ aheadMs: 10 * MINUTE })));
    slow.thaw();
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'unclear' });
    expect(await world.writes(INSERT)).toBe(1);
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });
});

describe('an item that kills its worker', () => {
  /** Each worker dies as soon as it has claimed the item, alone or in company; nothing it holds is let go. */
  const killedBy = (id: string): void => {
    world.startAs(() => {
      const instance: Instance = world.newInstance({
        moments: {
          claimed: (pks) => {
            if (pks.some((pk) => pk.includes(id))) instance.freeze();
          },
        },
      });
      return instance;
    });
  };

  test.each([
    ['oldest', 0],
    ['newest', 2],
  ])(
    'is dead after five of them and says so; the %s or not, the others are delivered as one record each',
    async (_, at) => {
      world = await startFaultWorld();
      const emails = ['first@example.com', 'second@example.com'];
      emails.splice(at, 0, 'poison@example.com');
      const ids: string[] = [];
      for (const email of emails) {
        ids.push(await world.lead(email));
        await world.clock.advance(10);
      }
      const poison = ids[at] ?? '';
      const others = ids.filter((id) => id !== poison);
      killedBy(poison);
      for (let death = 0; death < 6; death += 1) {
        await world.serve();
        await world.clock.advance(TAKEN_OVER_MS + MINUTE);
      }
      expect(await world.submission(poison)).toMatchObject({ state: 'dead', reason: 'worker_died', attempts: 5 });
      for (const id of others) expect(await world.submission(id)).toMatchObject({ state: 'delivered' });
      for (const email of ['first@example.com', 'second@example.com']) expect(await world.leadsOf(email)).toBe(1);
      expect(await world.leadsOf('poison@example.com')).toBe(0);
      expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
      expect(await world.cli('lanes list')).toMatchObject({ attention: [{ source: 'demo', count: 1 }] });

      // What killed them is mended: a re-run delivers it.
      world.startAs(() => world.newInstance());
      await world.cli(`submissions rerun ${poison}`);
      await world.serve();
      expect(await world.submission(poison)).toMatchObject({ state: 'delivered', attempts: 1 });
      expect(await world.leadsOf('poison@example.com')).toBe(1);
    },
  );
});

test('a call that Zoho acts upon twice without an answer: each of its leads is one record, its first attempt', async () => {
  world = await startFaultWorld();
  const ids = [await world.lead('a@example.com'), await world.lead('b@example.com')];
  await world.fault({ path: UPSERT, times: 2, drop: 'after' });
  for (let tick = 0; tick < 6; tick += 1) {
    await world.serve();
    await world.clock.advance(MINUTE);
  }
  for (const id of ids) expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
  for (const email of ['a@example.com', 'b@example.com']) expect(await world.leadsOf(email)).toBe(1);
});

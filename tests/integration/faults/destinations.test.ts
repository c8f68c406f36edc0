import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EVENTS_LANE, type FaultWorld, startFaultWorld } from './fault-world.ts';

const EVENT = 'demo-Leads-5725767000000524157-LeadContacted-1';

let world: FaultWorld;
beforeEach(async () => {
  world = await startFaultWorld();
  expect(await world.webhook('Contacted')).toEqual({ status: 200, body: '{"status":"recorded"}' });
});
afterEach(() => world.close());

const expectDelivered = async (times = 1): Promise<void> => {
  expect(await world.delivery(EVENT)).toMatchObject({ state: 'delivered', attempts: 1 });
  expect(world.receiver.taken()).toEqual({ [EVENT]: times });
  expect(world.receiver.wronglySigned()).toBe(0);
  expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'open', waiting: 0 });
};

describe('a destination answers with', () => {
  test('410: it wants no more, the lane is parked and asks once; opened by hand the event goes', async () => {
    world.receiver.behave({ status: 410 });
    await world.serve();
    await world.clock.advance(3_600_000);
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'parked', reason: 'http_410', waiting: 1 });
    expect(await world.delivery(EVENT)).toMatchObject({ state: 'pending', attempts: 0, reason: 'parked: http_410' });
    expect(world.receiver.paths()).toEqual(['/hook']);

    world.receiver.behave(undefined);
    await world.cli(`lanes open ${EVENTS_LANE}`);
    await world.serve();
    await expectDelivered();
  });

  test('302: a failure of the lane, and the event is not sent to where it points', async () => {
    world.receiver.behave({ status: 302, headers: { location: `${world.receiver.url}/elsewhere` } });
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'backing off', reason: 'http_302', waiting: 1 });
    expect(new Set(world.receiver.paths())).toEqual(new Set(['/hook']));
    world.receiver.behave(undefined);
    await world.clock.advance(60_000);
    await world.serve();
    await expectDelivered();
  });

  test('nothing at all: after 15 s the lane backs off; the event it may have taken comes again under the same id', async () => {
    world.receiver.behave({ hang: true, after: true });
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'backing off', reason: 'timeout', waiting: 1 });
    const [taken = 0] = Object.values(world.receiver.taken());
    expect(taken).toBeGreaterThan(0);
    world.receiver.behave(undefined);
    await world.clock.advance(60_000);
    await world.serve();
    await expectDelivered(taken + 1);
  });

  test('429 and Retry-After: it is left alone for as long as it asked', async () => {
    world.receiver.behave({ status: 429, headers: { 'retry-after': '600' } });
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'backing off', reason: 'http_429' });
    world.receiver.behave(undefined);
    for (let minute = 1; minute < 10; minute += 1) {
      await world.clock.advance(60_000);
      await world.serve();
    }
    expect(world.receiver.paths()).toHaveLength(1);
    await world.clock.advance(60_000);
    await world.serve();
    await expectDelivered();
  });

  test('422 is about the event: it is retried by its own schedule, and the others go on', async () => {
    world.receiver.behave({ status: 422 });
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'open' });
    expect(await world.delivery(EVENT)).toMatchObject({ state: 'pending', attempts: 1, reason: 'http_422' });
    world.receiver.behave(undefined);
    await world.clock.advance(60_000);
    await world.serve();
    expect(await world.delivery(EVENT)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('an outage that the operator knows to be over: a re-run ends the back-off at once', async () => {
    world.receiver.behave({ status: 503 });
    for (let tick = 0; tick < 8; tick += 1) {
      await world.serve();
      await world.clock.advance(60_000);
    }
    expect(await world.lane(EVENTS_LANE)).toMatchObject({ state: 'backing off', reason: 'http_503' });
    world.receiver.behave(undefined);
    await world.cli('deliveries rerun --all');
    await world.serve();
    await expectDelivered();
  });
});

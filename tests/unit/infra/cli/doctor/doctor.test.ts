import { describe, expect, test } from '@jest/globals';
import type { Finding, Rule } from '../../../../../infra/cli/doctor/finding.ts';
import type { Change, Item } from '../../../../../lib/platform/table.ts';
import { settle } from '../../../../../lib/work/settle.ts';
import { needsPerson, workAttributes } from '../../../../../lib/work/work-item.ts';
import { NOW } from '../cli-world.ts';
import { DELIVERY, EVENT, LANE, soundTable, source, type World } from './sound-table.ts';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

const examine = async (world: World): Promise<{ exitCode: number; findings: Finding[] }> => {
  const printed = await world.type('doctor --table --json');
  return { exitCode: printed.exitCode, findings: JSON.parse(printed.stdout).findings };
};

/** What is done to the sound table, and which item is then found. */
type Damage = (world: World) => Promise<string>;
const set =
  (pk: string | ((world: World) => string), change: Change): Damage =>
  async (world) => {
    const key = typeof pk === 'string' ? pk : pk(world);
    await world.records.update(key, change);
    return key;
  };
const rekey =
  (from: string, to: string): Damage =>
  async ({ records }) => {
    const item = await records.get(from);
    await records.put({ ...(item as Item), pk: to });
    return to;
  };
const gone =
  (pk: string, foundOn: string | ((world: World) => string)): Damage =>
  async (world) => {
    await world.records.delete(pk);
    return typeof foundOn === 'string' ? foundOn : foundOn(world);
  };

const waiting = ({ waiting: pk }: World) => pk;
const delivered = ({ delivered: pk }: World) => pk;
const refused = ({ refused: pk }: World) => pk;
const claimed = (untilMs: number) => ({ state: 'sending', attempts: 1, claimOwner: 'w:1', claimUntilMs: untilMs });

const damages: Array<[title: string, rule: Rule, damage: Damage]> = [
  [
    'an item of no kind',
    'unknown_kind',
    async ({ records }) => {
      await records.put({ pk: 'leftover#1' });
      return 'leftover#1';
    },
  ],
  ['a submission without its fields', 'unreadable', set(waiting, { remove: ['fields'] })],
  ['a submission in no known state', 'unreadable', set(waiting, { set: { state: 'lost' } })],
  ['a delivery that names no event', 'unreadable', set(DELIVERY, { remove: ['eventId'] })],
  ['an event whose body is cut off', 'unreadable', set(EVENT, { set: { body: '{"id":' } })],
  ['a quarantined call without its reason', 'unreadable', set('call#c1', { remove: ['reason'] })],
  [
    'a source with three keys',
    'unreadable',
    set('source#demo', { set: { keys: [1, 2, 3].map((n) => ({ id: `${n}`, sha256: '', createdAtMs: 1 })) } }),
  ],
  ['a source of an older shape', 'unreadable', set('source#demo', { set: { config: '{"id":"demo","colour":"red"}' } })],
  ['a lane in no known state', 'unreadable', set(LANE, { set: { state: 'shut' } })],
  ['a record’s status without its counts', 'unreadable', set('status#demo#Leads#1', { remove: ['counted'] })],
  ['a copied submission', 'wrong_key', async (world) => rekey(waiting(world), 'submission#copy')(world)],
  ['a copied delivery', 'wrong_key', rekey(DELIVERY, `${DELIVERY}2`)],
  ['a copied event', 'wrong_key', rekey(EVENT, 'event#copy')],
  ['a copied call', 'wrong_key', rekey('call#c1', 'call#c2')],
  ['a copied source', 'wrong_key', rekey('source#demo', 'source#other')],
  ['a copied lane', 'wrong_key', rekey(LANE, 'lane#zoho#other')],
  ['a waiting lead on no lane', 'no_lane', set(waiting, { remove: ['lane'] })],
  ['a waiting lead without due time', 'no_due_time', set(waiting, { remove: ['dueAtMs'] })],
  ['a waiting delivery without due time', 'no_due_time', set(DELIVERY, { remove: ['dueAtMs'] })],
  ['a refused lead that still stands on its lane', 'wrong_lane', set(refused, { set: { lane: 'zoho#demo' } })],
  ['a waiting lead among those for a person', 'wrong_lane', set(waiting, { set: needsPerson('demo', NOW) })],
  ['a quarantined call on no lane', 'wrong_lane', set('call#c1', { remove: ['lane', 'dueAtMs'] })],
  [
    'a lead whose lane is gone, its bell long unheard',
    'lane_missing',
    async (world) => {
      await world.records.update(waiting(world), {
        set: { homeLane: 'zoho#gone', lane: 'zoho#gone', bell: 'zoho#gone', createdAtMs: NOW - 6 * MINUTE },
      });
      return waiting(world);
    },
  ],
  [
    'a lead whose lane has no lane’s name',
    'lane_missing',
    set(waiting, { set: { homeLane: 'here', lane: 'here', bell: 'here' } }),
  ],
  [
    'a source without one of its lanes',
    'lane_missing',
    async (world) => {
      await world.records.update(
        DELIVERY,
        settle(
          workAttributes.parse(await world.records.get(DELIVERY)),
          { status: 'delivered' },
          { nowMs: NOW, random: 0 },
        ),
      );
      await world.records.delete('lane#destination#demo#inbox');
      return 'source#demo';
    },
  ],
  ['a lead that is sending and claimed by nobody', 'claim_missing', set(waiting, { set: { state: 'sending' } })],
  ['a claim that was left behind', 'claim_left_behind', set(waiting, { set: claimed(NOW - 6 * MINUTE) })],
  [
    'a claim made by a clock that was an hour ahead',
    'claim_too_long',
    set(waiting, { set: claimed(NOW + 60 * MINUTE) }),
  ],
  ['a waiting lead that will be deleted', 'unfinished_expires', set(waiting, { set: { expiresAtSeconds: NOW } })],
  ['a refused lead that will be deleted', 'unfinished_expires', set(refused, { set: { expiresAtSeconds: NOW } })],
  ['a quarantined call that will be deleted', 'unfinished_expires', set('call#c1', { set: { expiresAtSeconds: NOW } })],
  ['a source that will be deleted', 'must_not_expire', set('source#demo', { set: { expiresAtSeconds: NOW } })],
  [
    'a record’s status that will be deleted',
    'must_not_expire',
    set('status#demo#Leads#1', { set: { expiresAtSeconds: NOW } }),
  ],
  ['a delivered lead that stays for ever', 'never_expires', set(delivered, { remove: ['expiresAtSeconds'] })],
  ['an event that stays for ever', 'never_expires', set(EVENT, { remove: ['expiresAtSeconds'] })],
  [
    'a replayed call that stays for ever',
    'never_expires',
    set('call#c1', { set: { state: 'replayed' }, remove: ['lane', 'dueAtMs'] }),
  ],
  [
    'a delivered lead that its lane still reads',
    'finished_on_index',
    set(delivered, { set: { lane: 'zoho#demo', dueAtMs: NOW } }),
  ],
  [
    'a replayed call still on the list for a person',
    'finished_on_index',
    set('call#c1', { set: { state: 'replayed', expiresAtSeconds: NOW } }),
  ],
  ['an event without its delivery', 'delivery_missing', gone(DELIVERY, EVENT)],
  ['a waiting delivery without its event', 'event_missing', gone(EVENT, DELIVERY)],
  ['a lane that the tick never asks', 'unlisted', set(LANE, { set: { listKey: 'elsewhere' } })],
  ['a source that no list shows', 'unlisted', set('source#demo', { set: { listKey: 'elsewhere' } })],
  ['a lease with an owner and no end', 'lease_odd', set(LANE, { set: { leaseOwner: 'w' } })],
  [
    'a lease made by a clock that was ten minutes ahead',
    'lease_odd',
    set(LANE, { set: { leaseOwner: 'w', leaseUntilMs: NOW + 10 * MINUTE } }),
  ],
  ['a back-off of two days', 'backoff_odd', set(LANE, { set: { backoffMs: 5_000, backoffUntilMs: NOW + 2 * DAY_MS } })],
  ['a back-off of no length', 'backoff_odd', set(LANE, { set: { backoffMs: 0, backoffUntilMs: NOW } })],
  ['a parked lane that does not say why', 'parking_odd', set(LANE, { set: { state: 'parked', parkedAtMs: NOW } })],
  ['a lane whose pace is nothing', 'pace_odd', set(LANE, { set: { pace: 0 } })],
];

describe('leadloop doctor --table', () => {
  test('finds nothing wrong with what the functions leave behind', async () => {
    const world = await soundTable();
    expect(await examine(world)).toEqual({ exitCode: 0, findings: [] });
    const printed = await world.type('doctor --table');
    expect(printed.stdout).toContain('Nothing is wrong.');
    expect(printed.stdout).toMatch(/submission +3/);
  });

  test('finds nothing wrong with a lane that waits for credits, or for fewer calls at once', async () => {
    const world = await soundTable();
    await set(LANE, { set: { reason: 'credits_used_up', backoffUntilMs: NOW + 10 * MINUTE } })(world);
    expect(await examine(world)).toEqual({ exitCode: 0, findings: [] });
  });

  test.each(damages)('finds %s (%s)', async (_, rule, damage) => {
    const world = await soundTable();
    const pk = await damage(world);
    const { exitCode, findings } = await examine(world);
    expect(exitCode).toBe(1);
    expect(findings.filter((found) => found.pk === pk).map((found) => found.rule)).toContain(rule);
    for (const { message, next } of findings) expect([message, next]).not.toContain('');
  });

  test('every rule has a case in which it fires', () => {
    const rules: Record<Rule, true> = {
      unknown_kind: true,
      unreadable: true,
      wrong_key: true,
      no_lane: true,
      no_due_time: true,
      wrong_lane: true,
      lane_missing: true,
      claim_missing: true,
      claim_left_behind: true,
      claim_too_long: true,
      unfinished_expires: true,
      must_not_expire: true,
      never_expires: true,
      finished_on_index: true,
      delivery_missing: true,
      event_missing: true,
      unlisted: true,
      lease_odd: true,
      backoff_odd: true,
      parking_odd: true,
      pace_odd: true,
    };
    expect(new Set(damages.map(([, rule]) => rule))).toEqual(new Set(Object.keys(rules)));
  });

  test.each<[string, Damage]>([
    ['a claim that lives', set(waiting, { set: claimed(NOW + 20_000) })],
    ['a claim that ran out a moment ago', set(waiting, { set: claimed(NOW - MINUTE) })],
    [
      'a claim left behind on a lane that is parked',
      async (world) => {
        await world.type('lanes park zoho#demo');
        return set(waiting, { set: claimed(NOW - 60 * MINUTE) })(world);
      },
    ],
    [
      'a claim left behind on a lane that backs off',
      async (world) => {
        await world.records.update(LANE, { set: { backoffMs: 300_000, backoffUntilMs: NOW + MINUTE } });
        return set(waiting, { set: claimed(NOW - 60 * MINUTE) })(world);
      },
    ],
    [
      'a lead that has just rung for a lane that dispatch will make',
      set(waiting, { set: { homeLane: 'zoho#new', lane: 'zoho#new', bell: 'zoho#new' } }),
    ],
    [
      'what has expired and only waits to be deleted',
      set(delivered, { set: { expiresAtSeconds: NOW / 1000 - 1, lane: 'zoho#demo' } }),
    ],
    ['an event of before its destinations were noted', set(EVENT, { remove: ['destinations'] })],
    [
      'a destination that came after the event',
      async ({ records }) => {
        const config = JSON.stringify({
          ...source,
          destinations: { ...source.destinations, later: source.destinations.inbox },
        });
        await records.update('source#demo', { set: { config } });
        await records.put({
          ...(await records.get('lane#destination#demo#inbox')),
          pk: 'lane#destination#demo#later',
          laneName: 'destination#demo#later',
        });
        return 'source#demo';
      },
    ],
  ])('takes no offence at %s', async (_, damage) => {
    const world = await soundTable();
    await damage(world);
    expect(await examine(world)).toEqual({ exitCode: 0, findings: [] });
  });

  test('asks once more for what was written behind the scan’s back', async () => {
    const world = await soundTable();
    const delivery = await world.records.get(DELIVERY);
    await world.records.delete(DELIVERY);
    const { checkTable } = await import('../../../../../infra/cli/doctor/check-table.ts');
    const items = world.records.items();
    if (delivery !== undefined) await world.records.put(delivery);
    const checked = await checkTable(items, { nowMs: NOW, getMany: world.records.getMany });
    expect(checked.findings).toEqual([]);
  });

  test('names items by their keys, and nothing that somebody sent', async () => {
    const world = await soundTable();
    for (const [, , damage] of damages) await damage(world);
    for (const line of ['doctor --table', 'doctor --table --json']) {
      const { stdout } = await world.type(line);
      expect(stdout).not.toMatch(/@|example\.com/);
    }
  });

  test('without a word what to examine it says which there is', async () => {
    const printed = await (await soundTable()).type('doctor');
    expect(printed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--table') });
  });
});

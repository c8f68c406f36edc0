import { describe, expect, test } from '@jest/globals';
import { laneAttributes } from '../../../lib/work/lane.ts';
import { openLane } from '../../../lib/work/lane-switch.ts';
import { rerun } from '../../../lib/work/rerun.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from '../loop/loop-client.ts';

const stack = useStack();
const UPSERT = '/crm/v8/Leads/upsert';
const INBOX_LANE = 'destination#demo#inbox';

const laneOf = async (name: string) => laneAttributes.parse(await stack().records.get(`lane#${name}`));
/** One salesperson for all tests: each new one takes a code, and Zoho gives ten in ten minutes. */
let salesperson: ReturnType<typeof loopClient> | undefined;
const ofOurs = (name: string) => async () => {
  salesperson ??= loopClient(stack());
  return (await salesperson.leads()).filter(({ Email }) => Email?.startsWith(name));
};

/** The faults of the other files once more, through gateway, stream, dispatcher and the bundles that deploy. */
describe('on the whole stack', () => {
  test('Zoho’s 429 holds leads back uncharged; the operator’s re-run ends the back-off, each is one record', async () => {
    const { post, fault, mendZoho, submissions } = loopClient(stack());
    const body = { code: 'TOO_MANY_REQUESTS', details: {}, message: 'too many requests', status: 'error' };
    await fault({ path: UPSERT, times: 0, status: 429, body });
    for (const n of [1, 2, 3])
      expect((await post({ email: `busy-${n}@example.com`, last_name: 'B' })).status).toBe(202);
    await eventually(
      () => laneOf('zoho#demo'),
      ({ reason }) => reason === 'TOO_MANY_REQUESTS',
    );
    await mendZoho();
    const waiting = await submissions();
    await rerun(stack().records, waiting, Date.now());
    await eventually(ofOurs('busy-'), (found) => found.length === 3, 20_000);
    await eventually(submissions, (items) => items.every(({ state }) => state === 'delivered'));
    expect((await submissions()).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test('a connection dropped after Zoho has acted: the lead is sent again and is one record', async () => {
    const { post, fault, writes } = loopClient(stack());
    await fault({ path: UPSERT, drop: 'after' });
    await post({ email: 'dropped@example.com', last_name: 'D' });
    const sent = async () =>
      (await writes()).filter(({ records }) => records.some(({ Email }) => Email === 'dropped@example.com'));
    await eventually(sent, (calls) => calls.length === 2, 20_000);
    await eventually(
      async () => (await loopClient(stack()).submissions()).map(({ state }) => state),
      (states) => states.every((state) => state === 'delivered'),
    );
    expect(await ofOurs('dropped@')()).toHaveLength(1);
  });

  test('a destination that is gone (410) parks its lane; opened again it gets the event once', async () => {
    const { webhook, events } = loopClient(stack());
    const { inbox } = stack().addresses;
    const headers = { 'content-type': 'application/json' };
    await fetch(`${inbox}/inbox/faults`, { method: 'POST', headers, body: JSON.stringify({ status: 410, times: 0 }) });
    await webhook({ lead_id: '5725767000000777410', cdp_id: 'v-410', lead_status: 'Contacted' });
    const parked = await eventually(
      () => laneOf(INBOX_LANE),
      ({ state }) => state === 'parked',
    );
    expect(parked.reason).toBe('http_410');
    await fetch(`${inbox}/inbox/faults`, { method: 'DELETE' });
    expect(await openLane(stack().records, INBOX_LANE)).toBe('opened');
    const ours = async () => (await events()).filter((event) => event.body.data.recordId === '5725767000000777410');
    const [event] = await eventually(ours, (all) => all.length > 0);
    expect(event).toMatchObject({ verified: true, attempts: 2 });
  });
});

import { describe, expect, test } from '@jest/globals';
import { STAGE } from '../../../infra/local/stack.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from './loop-client.ts';

const stack = useStack();

describe('form → lead', () => {
  test('ten leads of one client within the gather time are one Zoho call and one credit', async () => {
    const { post, calls, writes, leads } = loopClient(stack());
    const { records, secrets, addresses } = stack();
    // Longer than a busy machine takes for ten posts.
    const contact = {
      fields: { Email: 'email', Last_Name: 'last_name' },
      duplicateCheckFields: ['Email'],
      gather: '8s',
    };
    const source = sourceSchema.parse({
      id: 'ten',
      connection: 'demo',
      zoho: { accountsUrl: addresses.sandbox },
      forms: { contact },
    });
    await applySource(source, { table: records, secrets, stage: STAGE, now: Date.now, randomId });
    const before = await calls();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        post({ email: `ten-${n}@example.com`, last_name: `Ten ${n}` }, { source: 'ten' }),
      ),
    );
    await eventually(leads, (found) => found.filter(({ Email }) => Email?.startsWith('ten-')).length === 10);
    const ours = (await writes()).filter(({ records }) =>
      records.some(({ Email }) => String(Email).startsWith('ten-')),
    );
    expect(ours.map(({ records }) => records.length)).toEqual([10]);
    const after = await calls();
    const reads = after.calls
      .slice(before.calls.length)
      .filter(({ path, method }) => method === 'GET' && path.startsWith('/crm/')).length;
    expect(after.credits - before.credits - reads).toBe(1);
  });

  test('a submission sent twice at the same moment reaches Zoho once, with one id', async () => {
    const { post, leads, writes } = loopClient(stack());
    const fields = { email: 'twice@example.com', last_name: 'Twice' };
    const answers = await Promise.all([post(fields), post(fields)]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(ids).size).toBe(1);
    await eventually(leads, (found) => found.some(({ Email }) => Email === 'twice@example.com'));
    const sent = (await writes())
      .flatMap(({ records }) => records)
      .filter(({ Email }) => Email === 'twice@example.com');
    expect(sent).toHaveLength(1);
  });

  test('the same content again after ten minutes is a submission of its own', async () => {
    const { post } = loopClient(stack());
    const { records } = stack();
    const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id;
    const fields = { email: 'again@example.com', last_name: 'Again' };
    const first = await idOf(await post(fields));
    expect(await idOf(await post(fields))).toBe(first);
    await records.update(`submission#${first}`, { set: { lastAtMs: Date.now() - 11 * 60_000 } });
    const second = await idOf(await post(fields));
    expect(second).not.toBe(first);
    expect(await idOf(await post(fields))).toBe(second);
    const states = async () =>
      (await records.getMany([first, second].map((id) => `submission#${id}`))).map(({ state }) => state);
    await eventually(states, (found) => found.length === 2 && found.every((state) => state === 'delivered'));
  });

  test('an empty phone and an empty product interest are not in the body at all', async () => {
    const { post, writes } = loopClient(stack());
    await post({ email: 'empty@example.com', last_name: 'Empty', phone: '', productinterest: '' });
    const ours = async () =>
      (await writes()).flatMap(({ records }) => records).filter(({ Email }) => Email === 'empty@example.com');
    const [record] = await eventually(ours, (found) => found.length > 0);
    expect(Object.keys(record ?? {})).not.toEqual(expect.arrayContaining(['Phone']));
    expect(Object.keys(record ?? {})).not.toEqual(expect.arrayContaining(['Product_Interest']));
  });

  test('a lead Zoho refuses is kept for a person, with Zoho’s code and field', async () => {
    const { post, submissions } = loopClient(stack());
    const { sandbox } = stack().addresses;
    await fetch(`${sandbox}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        path: '/crm/v8/Leads/upsert',
        times: 1,
        status: 400,
        body: {
          data: [
            {
              code: 'INVALID_DATA',
              details: { api_name: 'Company', maximum_length: 200 },
              message: 'invalid data',
              status: 'error',
            },
          ],
        },
      }),
    });
    await post({ email: 'refused@example.com', last_name: 'Refused' });
    const refused = async () =>
      (await submissions()).find((one) => JSON.stringify(one.fields).includes('refused@example.com'));
    const item = await eventually(refused, (one) => one?.state === 'rejected');
    expect(item).toMatchObject({ reason: 'INVALID_DATA', lane: 'attention#demo' });
    expect(item?.history.at(-1)).toMatchObject({ code: 'INVALID_DATA', field: 'Company' });
  });
});

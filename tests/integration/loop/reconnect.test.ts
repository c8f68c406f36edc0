import { describe, expect, test } from '@jest/globals';
import { laneAttributes } from '../../../lib/work/lane.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from './loop-client.ts';

const stack = useStack();

describe('a refresh token that is revoked', () => {
  test('leads keep coming, and after one connect visit all of them are in Zoho, none twice, no attempt used up', async () => {
    const { post, leads, connect, submissions } = loopClient(stack());
    const { addresses, secrets, tokens, records } = stack();
    const lane = async () => laneAttributes.parse(await records.get('lane#zoho#demo'));
    const send = (who: string) => post({ email: `${who}@example.com`, last_name: who, cdp_id: who });
    const arrived = async () =>
      (await leads()).map(({ Email }) => Email ?? '').filter((email) => email.startsWith('revoked-'));

    await send('revoked-before');
    await eventually(arrived, (emails) => emails.length === 1);

    const secret = await secrets.get('leadloop/local/connections/demo');
    await fetch(
      `${addresses.sandbox}/oauth/v2/token/revoke?${new URLSearchParams({ token: String(secret?.value.refreshToken) })}`,
      { method: 'POST' },
    );
    for (const who of ['revoked-1', 'revoked-2', 'revoked-3']) expect((await send(who)).status).toBe(202);
    await eventually(lane, ({ state }) => state === 'parked', 30_000);
    expect(await arrived()).toEqual(['revoked-before@example.com']);
    expect((await send('revoked-4')).status).toBe(202);
    const grantBefore = (await tokens.get('token#demo'))?.grant;

    expect(await connect()).toBe('connected');
    await eventually(arrived, (emails) => emails.length === 5, 30_000);
    expect((await arrived()).sort()).toEqual(['1', '2', '3', '4', 'before'].map((who) => `revoked-${who}@example.com`));
    expect((await tokens.get('token#demo'))?.grant).toBe(Number(grantBefore) + 1);
    const items = await submissions();
    expect(items.filter(({ state }) => state !== 'delivered')).toEqual([]);
    expect(items.map(({ attempts }) => attempts)).toEqual(items.map(() => 1));
    expect((await lane()).state).toBe('open');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningSandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { builtFunctions } from '../../support/built-functions.ts';
import { eventually } from '../../support/stack.ts';
import { endTestMode, testModeOptions } from '../../support/test-mode.ts';
import { connectClient, zohoOwner } from './connect-client.ts';

const TOKEN_PATH = '/oauth/v2/token';
let otherZoho: RunningSandbox;
let running: Stack | undefined;
const logs: string[] = [];
beforeAll(async () => {
  otherZoho = await startSandbox({ port: 0, allowLoopbackWebhooks: true });
  running = await startStack({
    functionsDir: await builtFunctions(),
    log: (line) => void logs.push(line),
    otherZohos: [otherZoho.baseUrl],
    testMode: testModeOptions(),
  });
});
afterAll(async () => {
  await running?.close();
  await otherZoho.close();
  if (running !== undefined) endTestMode(running);
});
const stack = (): Stack => {
  if (running === undefined) throw new Error('the stack is not up');
  return running;
};
// Zoho allows ten codes in ten minutes; each test begins with none.
beforeEach(async () => {
  await zohoOwner(stack().sandbox).reset();
  await zohoOwner(otherZoho).reset();
});

const client = () => ({ ...connectClient(stack()), zoho: zohoOwner(stack().sandbox) });

describe('a connect visit', () => {
  test('connects: the page names the organisation, and a lead that waited reaches Zoho', async () => {
    const { addClient, visit, post, token, secret, lane, zoho } = client();
    const one = await addClient();
    expect((await post(one, { email: 'early@example.com', last_name: 'Early' })).status).toBe(202);
    await eventually(
      () => lane(one),
      (item) => item?.state === 'parked',
    );
    expect(await lane(one)).toMatchObject({ reason: 'not_connected' });

    const shown = await visit(one, await zoho.newCode());
    expect(shown).toMatchObject({ status: 200, outcome: 'connected' });
    expect(shown.page).toContain(`/sources/${one.id}?api_key=${one.apiKey}`);
    const item = await token(one);
    expect(item).toMatchObject({ grant: 1, secretVersionId: (await secret(one))?.versionId });
    expect(item?.orgName).toBe('Acme');
    expect(shown.page).toContain(item?.orgName ?? 'no name');
    await eventually(zoho.calls, ({ calls }) => JSON.stringify(calls).includes('early@example.com'));
    expect(await lane(one)).toMatchObject({ state: 'open', grant: 1 });
  });

  test('a second visit with the same code shows the same success and asks Zoho nothing', async () => {
    const { addClient, visit, zoho, token } = client();
    const one = await addClient();
    const code = await zoho.newCode();
    const first = await visit(one, code);
    const { calls } = await zoho.calls();
    const standing = await token(one);
    const second = await visit(one, code);
    expect(second).toEqual(first);
    expect((await zoho.calls()).calls).toHaveLength(calls.length);
    expect(await token(one)).toEqual(standing);
  });

  test('three requests of one page load make one exchange and show one success', async () => {
    const { addClient, visit, zoho } = client();
    const one = await addClient();
    const code = await zoho.newCode();
    const shown = await Promise.all([visit(one, code), visit(one, code), visit(one, code)]);
    expect(shown.map(({ outcome }) => outcome)).toEqual(['connected', 'connected', 'connected']);
    expect((await zoho.calls()).tokenRequests).toBe(1);
  });

  test('a prefetch leaves the code alone', async () => {
    const { addClient, visit, zoho, token } = client();
    const one = await addClient();
    const code = await zoho.newCode();
    for (const header of ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'])
      expect((await visit(one, code, { [header]: 'prefetch' })).status).toBe(204);
    expect((await zoho.calls()).tokenRequests).toBe(0);
    expect(await token(one)).toBeUndefined();
    expect(await visit(one, code)).toMatchObject({ outcome: 'connected' });
  });

  test('reconnecting counts the grant up and uses the new refresh token', async () => {
    const { addClient, visit, zoho, token, secret } = client();
    const one = await addClient();
    await visit(one, await zoho.newCode());
    const before = await secret(one);
    await visit(one, await zoho.newCode());
    expect(await token(one)).toMatchObject({ grant: 2, secretVersionId: (await secret(one))?.versionId });
    expect((await secret(one))?.value.refreshToken).not.toBe(before?.value.refreshToken);
  });

  test.each([
    ['ZohoCRM.modules.leads', 'organisation name not readable with this scope'],
    ['ZohoCRM.modules.ALL,ZohoCRM.settings.ALL', 'organisation name not readable with this scope'],
    ['ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ', '<code>ZohoCRM.org.READ</code>'],
  ])('the scope %s connects too', async (scope, text) => {
    const { addClient, visit, zoho } = client();
    const shown = await visit(await addClient(), await zoho.newCode({ scope }));
    expect(shown).toMatchObject({ status: 200, outcome: 'connected' });
    expect(shown.page).toContain(text);
  });

  test('without a code the steps are shown', async () => {
    const { addClient, visit } = client();
    expect(await visit(await addClient())).toMatchObject({ status: 200, outcome: 'steps' });
  });

  test('a wrong key, a missing one and an unknown source are told apart by nobody', async () => {
    const { addClient, visit, zoho } = client();
    const one = await addClient();
    const code = await zoho.newCode();
    const shown = [
      await visit({ ...one, apiKey: `${one.apiKey}x` }, code),
      await visit({ ...one, apiKey: '' }, code),
      await visit({ id: 'nobody', apiKey: one.apiKey }, code),
    ];
    expect(shown.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(shown.map(({ page }) => page)).size).toBe(1);
    expect((await zoho.calls()).tokenRequests).toBe(0);
  });
});

describe('a refusal', () => {
  /** The visit is refused so, and nothing is stored or opened by it. */
  const refused = async (one: { id: string; apiKey: string }, code: string) => {
    const { visit, token, secret } = client();
    const kept = await secret(one);
    const shown = await visit(one, code);
    expect(shown.outcome).toBe('refused');
    expect(await token(one)).toBeUndefined();
    expect(await secret(one)).toEqual(kept);
    expect(shown.page).not.toContain(code);
    return shown;
  };

  test('an expired code', async () => {
    const { addClient, zoho } = client();
    const code = await zoho.newCode({ minutes: 0.001 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await refused(await addClient(), code)).toMatchObject({ status: 400, code: 'expired_or_used' });
  });

  test('a used code', async () => {
    const { addClient, visit, zoho } = client();
    const code = await zoho.newCode();
    expect(await visit(await addClient(), code)).toMatchObject({ outcome: 'connected' });
    expect(await refused(await addClient(), code)).toMatchObject({ status: 400, code: 'expired_or_used' });
  });

  test('a code that is none', async () => {
    const { addClient } = client();
    expect(await refused(await addClient(), 'please connect')).toMatchObject({ status: 400, code: 'expired_or_used' });
  });

  test('a client registered in another data center; after the correction the visit connects', async () => {
    const { addClient, visit, setAccountsUrl } = client();
    const one = await addClient(otherZoho);
    const code = await zohoOwner(otherZoho).newCode();
    const shown = await refused(one, code);
    expect(shown).toMatchObject({ status: 400, code: 'other_data_center' });
    expect(shown.page).toContain(otherZoho.baseUrl);
    // The other one was asked by the client's id alone.
    const { calls } = await zohoOwner(otherZoho).calls();
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(calls)).not.toContain(otherZoho.clientSecret);

    await setAccountsUrl(one, otherZoho.baseUrl);
    expect(await visit(one, code)).toMatchObject({ outcome: 'connected' });
  });

  test('a code of another data center, where Zoho looks at the code first', async () => {
    const { addClient, zoho } = client();
    await zoho.fault({ path: TOKEN_PATH, body: { error: 'invalid_code' } });
    await zoho.fault({ path: TOKEN_PATH, body: { error: 'invalid_client' } });
    expect(await refused(await addClient(), await zoho.newCode())).toMatchObject({
      status: 400,
      code: 'other_data_center',
    });
  });

  test('a token for the API of another data center', async () => {
    const { addClient, zoho } = client();
    const body = {
      access_token: '1000.a.b',
      refresh_token: '1000.c.d',
      api_domain: 'https://www.zohoapis.eu',
      expires_in: 3600,
    };
    await zoho.fault({ path: TOKEN_PATH, body });
    expect(await refused(await addClient(), await zoho.newCode())).toMatchObject({
      status: 400,
      code: 'other_data_center',
    });
  });

  test('an accounts server that is none of Zoho’s is sent nothing', async () => {
    const { addClient, zoho } = client();
    const one = await addClient({}, { accountsUrl: stack().addresses.inbox });
    expect(await refused(one, await zoho.newCode())).toMatchObject({ status: 400, code: 'other_data_center' });
  });

  test('a client nobody knows', async () => {
    const { addClient, zoho } = client();
    const one = await addClient({ clientId: '1000.NOBODY' });
    expect(await refused(one, await zoho.newCode())).toMatchObject({ status: 400, code: 'wrong_client' });
  });

  test('a client that is not stored yet; the code stays good', async () => {
    const { addClient, visit, zoho } = client();
    const one = await addClient('none');
    const code = await zoho.newCode();
    const shown = await refused(one, code);
    expect(shown).toMatchObject({ status: 400, code: 'wrong_client' });
    expect(shown.page).toContain(`leadloop connect ${one.id}`);
    expect((await zoho.calls()).tokenRequests).toBe(0);
    expect(await visit(await addClient(), code)).toMatchObject({ outcome: 'connected' });
  });

  test('a wrong secret; once it is right the same code connects', async () => {
    const { addClient, visit, zoho } = client();
    const one = await addClient({ clientSecret: 'wrong' });
    const code = await zoho.newCode();
    expect(await refused(one, code)).toMatchObject({ status: 400, code: 'wrong_secret' });
    const { secrets, sandbox } = stack();
    const { clientId, clientSecret } = sandbox;
    const value = { clientId, clientSecret, accountsUrl: sandbox.baseUrl };
    await secrets.put(`leadloop/local/connections/${one.id}`, value, crypto.randomUUID());
    expect(await visit(one, code)).toMatchObject({ outcome: 'connected' });
  });

  test('too many codes within ten minutes', async () => {
    const { addClient, zoho } = client();
    let code = '';
    for (let count = 0; count <= 10; count += 1) code = await zoho.newCode();
    expect(await refused(await addClient(), code)).toMatchObject({ status: 429, code: 'throttled' });
  });

  test.each([400, 200])('the throttle in the user’s language, with HTTP %i', async (status) => {
    const { addClient, zoho } = client();
    await zoho.fault({
      path: TOKEN_PATH,
      status,
      body: { error: '拒绝访问', error_description: '请稍后再试', status: 'failure' },
    });
    expect(await refused(await addClient(), await zoho.newCode())).toMatchObject({ status: 429, code: 'throttled' });
  });

  test('a scope with which no form’s module can be written; the unwanted grant is ended', async () => {
    const { addClient, zoho } = client();
    const code = await zoho.newCode({ scope: 'ZohoCRM.modules.contacts.ALL,ZohoCRM.org.READ' });
    expect(await refused(await addClient(), code)).toMatchObject({ status: 403, code: 'missing_scope' });
    expect((await zoho.calls()).calls.at(-1)?.path).toBe(`${TOKEN_PATH}/revoke`);
  });

  test('the same scope connects a source whose form writes that module', async () => {
    const { addClient, visit, zoho } = client();
    const one = await addClient({}, { module: 'Contacts' });
    const code = await zoho.newCode({ scope: 'ZohoCRM.modules.contacts.ALL,ZohoCRM.org.READ' });
    expect(await visit(one, code)).toMatchObject({ outcome: 'connected' });
  });

  test.each([
    ['is down', { drop: 'before' }],
    ['is in trouble', { status: 503, body: '<html>busy</html>' }],
    ['answers a page', { status: 200, body: '<html>maintenance</html>' }],
  ])('Zoho %s; a little later the same code connects', async (_, fault) => {
    const { addClient, visit, zoho } = client();
    const one = await addClient();
    const code = await zoho.newCode();
    await zoho.fault({ path: TOKEN_PATH, ...fault });
    expect(await refused(one, code)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(await visit(one, code)).toMatchObject({ outcome: 'connected' });
  });
});

test('no log line of all this shows a key, a code, a token or a secret', () => {
  const text = logs.join('\n');
  expect(text).toContain('connect.visited');
  expect(text).not.toMatch(/ll_[0-9a-z]{8}|1000\.[0-9a-f]{8}|zoho_code/);
  expect(text).not.toContain(stack().sandbox.clientSecret);
});

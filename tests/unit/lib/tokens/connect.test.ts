import { describe, expect, test } from '@jest/globals';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { SecretStore } from '../../../../lib/platform/secrets.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { versionIdOf } from '../../../../lib/tokens/version-id.ts';
import { CODE, connected, createConnectBench, granted, SECRET } from './connect-bench.ts';
import { ACCOUNTS, API, answered } from './token-bench.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a connect visit', () => {
  test('trades the code and says which organisation is connected', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    expect(await bench.visit()).toEqual(connected);
    const [exchange] = bench.exchanges();
    expect(exchange?.url).toBe(`${ACCOUNTS}/oauth/v2/token`);
    expect(Object.fromEntries(exchange?.body ?? [])).toEqual({
      grant_type: 'authorization_code',
      client_id: '1000.CLIENT',
      client_secret: 'secret',
      code: CODE,
    });
  });

  test('keeps the refresh token under a version made of the code, which tells nothing of it', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.visit();
    expect(versionIdOf(CODE)).toMatch(UUID);
    expect(await bench.secrets.get(SECRET)).toEqual({
      versionId: versionIdOf(CODE),
      value: {
        clientId: '1000.CLIENT',
        clientSecret: 'secret',
        refreshToken: '1000.refresh.one',
        accountsUrl: ACCOUNTS,
      },
    });
  });

  test('opens the grant with its access token, and the lane, rung', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const startedAtMs = bench.clock.now();
    await bench.visit();
    expect(await bench.token()).toMatchObject({
      grant: 1,
      secretVersionId: versionIdOf(CODE),
      accessToken: '1000.access.one',
      apiDomain: API,
      expiresAtMs: startedAtMs + 3_600_000,
      mints: [],
      orgName: 'Acme',
    });
    expect(await bench.lane()).toMatchObject({
      laneName: 'zoho#demo',
      state: 'open',
      grant: 1,
      bell: 'zoho#demo',
      listKey: 'lanes',
    });
  });

  test('nothing is shown before it is stored: the secret comes first, then the grant, then the name', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const order: string[] = [];
    const secrets: SecretStore = {
      get: bench.secrets.get,
      put: (...secret) => {
        order.push('secret');
        return bench.secrets.put(...secret);
      },
    };
    const table: Table = {
      ...bench.tokens,
      transact: (writes) => {
        order.push('grant');
        return bench.tokens.transact(writes);
      },
    };
    bench.answers.org = () => {
      order.push('name');
      return answered({ org: [{ company_name: 'Acme' }] });
    };
    await bench.visit(CODE, bench.source(), { secrets: async () => secrets, table });
    expect(order).toEqual(['secret', 'grant', 'name']);
  });

  test('connects with a scope too small for the name, and says so', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    bench.answers.exchange = () => granted({ scope: 'ZohoCRM.modules.leads' });
    bench.answers.org = () => answered({ code: 'OAUTH_SCOPE_MISMATCH', status: 'error' }, 401);
    const outcome = await bench.visit();
    expect(outcome).toMatchObject({
      status: 'connected',
      org: { status: 'not_permitted' },
      scope: 'ZohoCRM.modules.leads',
    });
    expect(await bench.visit()).toEqual(outcome);
  });

  test.each<[string, OutboundAnswer]>([
    ['does not answer', { status: 'failed', code: 'timeout', maybeSent: true }],
    ['is in trouble', answered('<html>', 502)],
  ])('connects though the CRM %s, without the name', async (_, given) => {
    const bench = createConnectBench();
    await bench.storeClient();
    bench.answers.org = () => given;
    expect(await bench.visit()).toEqual({ ...connected, org: undefined });
  });

  test('names the modules that stay closed', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    bench.answers.exchange = () => granted({ scope: 'ZohoCRM.modules.leads.ALL ZohoCRM.org.READ' });
    const source = bench.source({
      forms: {
        contact: { module: 'Leads', fields: { Last_Name: 'n' } },
        partner: { module: 'Contacts', fields: { Last_Name: 'n' } },
      },
    });
    expect(await bench.visit(CODE, source)).toMatchObject({ status: 'connected', closedModules: ['Contacts'] });
  });

  test('names the scopes that forms need beside their own module and the grant lacks', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    bench.answers.exchange = () => granted({ scope: 'ZohoCRM.modules.leads.ALL ZohoCRM.org.READ' });
    const fields = { Last_Name: 'n', Email: 'email' };
    const source = bench.source({
      forms: {
        note: { fields, duplicateCheckFields: ['Email'], onConverted: 'deal_note' },
        change: { fields, duplicateCheckFields: ['Email'], onConverted: 'contact' },
        plain: { fields },
      },
    });
    expect(await bench.visit(CODE, source)).toMatchObject({
      status: 'connected',
      missingScopes: [
        'ZohoCRM.coql.READ',
        'ZohoCRM.modules.contacts.READ',
        'ZohoCRM.modules.notes.READ',
        'ZohoCRM.modules.notes.CREATE',
        'ZohoCRM.modules.contacts.UPDATE',
      ],
    });
  });

  test('holds nothing against a grant whose scope Zoho does not name', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    bench.answers.exchange = () => granted({ scope: undefined });
    expect(await bench.visit()).toMatchObject({ status: 'connected', scope: undefined, closedModules: [] });
  });

  test('no log line shows a code, token or secret', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.visit();
    expect(bench.lines.length).toBeGreaterThan(0);
    expect(bench.lines.join('\n')).not.toMatch(/1000\.|secret"|Acme/);
  });
});

describe('a refusal', () => {
  const refusal = async (
    set: (bench: ReturnType<typeof createConnectBench>) => void,
    source?: Parameters<ReturnType<typeof createConnectBench>['source']>[0],
  ) => {
    const bench = createConnectBench();
    await bench.storeClient();
    set(bench);
    const outcome = await bench.visit(CODE, bench.source(source));
    expect(await bench.token()).toBeUndefined();
    expect((await bench.secrets.get(SECRET))?.versionId).not.toBe(versionIdOf(CODE));
    return { outcome, bench };
  };
  const says = (error: string) => () => answered({ error });

  test('expired or used: this data center knows the client', async () => {
    const { outcome, bench } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_code');
    });
    expect(outcome).toEqual({ status: 'refused', code: 'expired_or_used' });
    expect(bench.calls[1]?.body.get('client_id')).toBe('1000.CLIENT');
    expect(bench.calls).toHaveLength(2);
  });

  test.each(['invalid_grant', 'invalid_request'])('%s is judged like an invalid code', async (error) => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says(error);
    });
    expect(outcome).toMatchObject({ code: 'expired_or_used' });
  });

  test('other data center: the code is invalid and a refresh says that the client is unknown', async () => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_code');
      answers.refresh = says('invalid_client');
    });
    expect(outcome).toEqual({ status: 'refused', code: 'other_data_center', why: 'code' });
  });

  test('other data center: another one knows the client id, and no secret leaves for it', async () => {
    const { outcome, bench } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_client');
      answers.refresh = ({ url }) =>
        answered({ error: url.includes('accounts.zoho.in/') ? 'invalid_client_secret' : 'invalid_client' });
    });
    expect(outcome).toEqual({
      status: 'refused',
      code: 'other_data_center',
      why: 'client',
      knownAt: 'https://accounts.zoho.in',
    });
    const elsewhere = bench.calls.filter(({ url }) => !url.startsWith(ACCOUNTS));
    expect(elsewhere.length).toBeGreaterThan(5);
    for (const { body } of elsewhere) {
      expect(body.get('client_secret')).not.toBe('secret');
      expect(body.get('code')).toBeNull();
    }
  });

  test('other data center: the token is for an API host of another one, and is ended', async () => {
    const { outcome, bench } = await refusal(({ answers }) => {
      answers.exchange = () => granted({ api_domain: 'https://www.zohoapis.com' });
    });
    expect(outcome).toEqual({ status: 'refused', code: 'other_data_center', why: 'api_domain' });
    expect(bench.calls.at(-1)?.url).toBe(`${ACCOUNTS}/oauth/v2/token/revoke`);
    expect(bench.calls.at(-1)?.body.get('token')).toBe('1000.refresh.one');
  });

  test("other data center: the configured server is none of Zoho's, and is sent nothing", async () => {
    const { outcome, bench } = await refusal(() => undefined, {
      zoho: { accountsUrl: 'https://accounts.example.com' },
    });
    expect(outcome).toEqual({ status: 'refused', code: 'other_data_center', why: 'accounts_url' });
    expect(bench.calls).toHaveLength(0);
  });

  test('wrong client: nobody knows it', async () => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_client');
      answers.refresh = says('invalid_client');
    });
    expect(outcome).toEqual({ status: 'refused', code: 'wrong_client', why: 'unknown' });
  });

  test('wrong client: the others cannot be reached', async () => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_client');
      answers.refresh = () => ({ status: 'failed', code: 'network', maybeSent: false });
    });
    expect(outcome).toMatchObject({ code: 'wrong_client' });
  });

  test('wrong client: a stand-in on this machine asks nobody outside it', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const accountsUrl = 'http://127.0.0.1:4401';
    bench.answers.exchange = says('invalid_client');
    const outcome = await bench.visit(CODE, bench.source({ zoho: { accountsUrl } }), {
      extraHosts: { accounts: [accountsUrl], api: [accountsUrl] },
    });
    expect(outcome).toMatchObject({ code: 'wrong_client', why: 'unknown' });
    expect(bench.calls).toHaveLength(1);
  });

  test('wrong client: not a self client', async () => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says('invalid_redirect_uri');
    });
    expect(outcome).toEqual({ status: 'refused', code: 'wrong_client', why: 'not_self_client' });
  });

  test('wrong client: no refresh token comes with the grant', async () => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = () => granted({ refresh_token: undefined });
    });
    expect(outcome).toEqual({ status: 'refused', code: 'wrong_client', why: 'not_self_client' });
  });

  test('wrong client: none is stored, and the code stays good', async () => {
    const bench = createConnectBench();
    expect(await bench.visit()).toEqual({ status: 'refused', code: 'wrong_client', why: 'not_stored' });
    expect(bench.calls).toHaveLength(0);
    await bench.storeClient();
    expect(await bench.visit()).toEqual(connected);
  });

  test.each([
    ['said of the code', 'invalid_client_secret', 'invalid_code'],
    ['said only of a refresh', 'invalid_code', 'invalid_client_secret'],
  ])('wrong secret, %s', async (_, exchange, refresh) => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = says(exchange);
      answers.refresh = says(refresh);
    });
    expect(outcome).toEqual({ status: 'refused', code: 'wrong_secret' });
  });

  test.each([
    ['in English', { error: 'Access Denied', error_description: 'You have made too many requests', status: 'failure' }],
    ['in Chinese', { error: '拒绝访问', status: 'failure' }],
    ['too many codes', { error: 'access_denied' }],
  ])('throttled, %s', async (_, body) => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = () => answered(body, 400);
    });
    expect(outcome).toEqual({ status: 'refused', code: 'throttled' });
  });

  test('missing scope: no form can be written, so nothing changes and the grant is ended', async () => {
    const { outcome, bench } = await refusal(({ answers }) => {
      answers.exchange = () => granted({ scope: 'ZohoCRM.settings.ALL ZohoCRM.modules.leads.READ' });
    });
    expect(outcome).toEqual({
      status: 'refused',
      code: 'missing_scope',
      scope: 'ZohoCRM.settings.ALL ZohoCRM.modules.leads.READ',
      modules: ['Leads'],
    });
    expect(bench.calls.at(-1)?.url).toContain('/revoke');
  });

  test.each<[string, OutboundAnswer, boolean]>([
    ['a refused connection', { status: 'failed', code: 'network', maybeSent: false }, false],
    ['a time-out', { status: 'failed', code: 'timeout', maybeSent: true }, true],
    ['a 503', answered('<html>', 503), false],
    ['a page with HTTP 200', answered('<html>'), true],
  ])('unavailable after %s says whether the code may be used', async (_, given, codeUsed) => {
    const { outcome } = await refusal(({ answers }) => {
      answers.exchange = () => given;
    });
    expect(outcome).toEqual({ status: 'refused', code: 'unavailable', codeUsed });
  });

  test('leaves a connection that works alone', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.visit();
    const [token, lane] = [await bench.token(), await bench.lane()];
    bench.answers.exchange = says('invalid_code');
    expect(await bench.visit('1000.code.stale')).toMatchObject({ status: 'refused' });
    expect(await bench.token()).toEqual(token);
    expect(await bench.lane()).toEqual(lane);
  });
});

import { describe, expect, test } from '@jest/globals';
import { isKeyRight } from '../../../../lib/sources/api-key.ts';
import { applySource } from '../../../../lib/sources/apply-source.ts';
import { createSourceLoader } from '../../../../lib/sources/load-source.ts';
import { createMemorySecrets } from '../../../support/memory-secrets.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { collectLog, NOW, sourceOf, testIds } from './source-builders.ts';

const setUp = () => {
  const table = createMemoryTable();
  const secrets = createMemorySecrets();
  const deps = { table, secrets, stage: 'test', now: () => NOW, randomId: testIds };
  const load = createSourceLoader({ table, now: () => NOW, log: collectLog().log });
  return { table, secrets, deps, load: () => load('demo', { fresh: true }) };
};
const inbox = (url = 'https://example.com/hook') => ({ type: 'webhook', url });
const statuses = { webhook: { exchangeRate: '0.1282', currency: 'USD', statuses: { Leads: { Contacted: null } } } };

describe('the first apply', () => {
  test('makes the source, its lanes, a key that opens it, and a signing secret', async () => {
    const { deps, table, secrets, load } = setUp();
    const applied = await applySource(sourceOf(), deps);
    expect(applied).toMatchObject({
      status: 'created',
      version: 1,
      signingSecrets: { inbox: expect.stringMatching(/^whsec_/) },
    });

    const loaded = await load();
    expect(loaded).toMatchObject({ source: sourceOf(), version: 1, hmacKey: expect.stringMatching(/^\S{26,}$/) });
    expect(isKeyRight({ query: [['api_key', applied.apiKey ?? '']], headers: {} }, loaded)).toBe(true);

    expect((await table.query({ index: 'list', partition: 'lanes' })).rows.map(({ pk }) => pk).sort()).toEqual([
      'lane#destination#demo#inbox',
      'lane#zoho#org',
    ]);
    expect((await table.query({ index: 'list', partition: 'sources' })).rows).toEqual([{ pk: 'source#demo', at: NOW }]);
    const kept = await secrets.get('leadloop/test/destinations/demo');
    expect(kept?.value).toEqual({ inbox: { signingSecret: applied.signingSecrets.inbox } });
  });

  test('makes a signing secret of a length that Standard Webhooks takes', async () => {
    const { signingSecrets } = await applySource(sourceOf(), setUp().deps);
    const bytes = Buffer.from((signingSecrets.inbox ?? '').replace('whsec_', ''), 'base64');
    expect(bytes.length).toBeGreaterThanOrEqual(24);
    expect(bytes.length).toBeLessThanOrEqual(64);
  });

  test('two sites of one client know a person by the same key, another client’s by another', async () => {
    const { deps } = setUp();
    const load = createSourceLoader({ table: deps.table, now: () => NOW, log: collectLog().log });
    for (const more of [{}, { id: 'second-site' }, { id: 'stranger', connection: 'other' }])
      await applySource(sourceOf(more), deps);
    const [demo, second, stranger] = await Promise.all(['demo', 'second-site', 'stranger'].map((id) => load(id)));
    expect(second?.hmacKey).toBe(demo?.hmacKey);
    expect(stranger?.hmacKey).not.toBe(demo?.hmacKey);
  });

  test('keeps the key nowhere', async () => {
    const { deps, table } = setUp();
    const { apiKey = '' } = await applySource(sourceOf(), deps);
    expect(JSON.stringify(table.items())).not.toContain(apiKey.slice(11));
  });
});

describe('a further apply', () => {
  test('of the same file changes nothing and shows nothing', async () => {
    const { deps, table } = setUp();
    await applySource(sourceOf(statuses), deps);
    const before = table.items();
    expect(await applySource(sourceOf(statuses), { ...deps, now: () => NOW + 5 })).toEqual({
      status: 'unchanged',
      version: 1,
      signingSecrets: {},
    });
    expect(table.items()).toEqual(before);
  });

  test('of another file counts the version up and keeps key and HMAC key', async () => {
    const { deps, load } = setUp();
    const { apiKey = '' } = await applySource(sourceOf(), deps);
    const before = await load();
    expect(await applySource(sourceOf(statuses), deps)).toEqual({ status: 'updated', version: 2, signingSecrets: {} });
    const after = await load();
    expect(after).toMatchObject({ version: 2, hmacKey: before?.hmacKey, keys: before?.keys });
    expect(after?.source.webhook?.statuses).toEqual({ Leads: { Contacted: null } });
    expect(isKeyRight({ query: [['api_key', apiKey]], headers: {} }, after)).toBe(true);
  });

  test('gives a new destination a secret and a lane, and leaves the others theirs', async () => {
    const { deps, secrets, table } = setUp();
    const first = await applySource(sourceOf(), deps);
    const second = await applySource(sourceOf({ destinations: { inbox: inbox(), constructor: inbox() } }), deps);
    expect(Object.keys(second.signingSecrets)).toEqual(['constructor']);
    expect((await secrets.get('leadloop/test/destinations/demo'))?.value).toEqual({
      inbox: { signingSecret: first.signingSecrets.inbox },
      constructor: { signingSecret: second.signingSecrets.constructor },
    });
    expect(await table.get('lane#destination#demo#constructor')).toBeDefined();
  });

  test('leaves a lane as it stands, parked and all', async () => {
    const { deps, table } = setUp();
    await applySource(sourceOf(), deps);
    await table.update('lane#zoho#org', { set: { state: 'parked', reason: 'invalid_code' } });
    await applySource(sourceOf(statuses), deps);
    expect(await table.get('lane#zoho#org')).toMatchObject({ state: 'parked', reason: 'invalid_code' });
  });

  test('signs a destination that comes back as before', async () => {
    const { deps, secrets } = setUp();
    const { signingSecrets } = await applySource(sourceOf(), deps);
    await applySource(sourceOf({ destinations: {} }), deps);
    expect((await applySource(sourceOf(), deps)).signingSecrets).toEqual({});
    expect((await secrets.get('leadloop/test/destinations/demo'))?.value).toEqual({
      inbox: { signingSecret: signingSecrets.inbox },
    });
  });

  test('mends a stored source that this version cannot read', async () => {
    const { deps, table, load } = setUp();
    await applySource(sourceOf(), deps);
    await table.update('source#demo', { set: { config: '{"id":"demo","old":true}' } });
    expect(await applySource(sourceOf(), deps)).toMatchObject({ status: 'updated', version: 2 });
    expect((await load())?.source).toEqual(sourceOf());
  });
});

test('two operators who apply at the same time make one source, one key and one secret', async () => {
  const { deps, table, secrets } = setUp();
  const outcomes = await Promise.all([
    applySource(sourceOf(), deps),
    applySource(sourceOf(), deps),
    applySource(sourceOf(statuses), deps),
  ]);
  const kept = await table.get('source#demo');
  expect(outcomes.filter(({ apiKey }) => apiKey !== undefined)).toHaveLength(1);
  expect(kept).toMatchObject({ keys: [expect.anything()] });
  expect(Math.max(...outcomes.map(({ version }) => version))).toBe(kept?.version);
  const shown = outcomes.flatMap(({ signingSecrets }) => Object.values(signingSecrets));
  expect((await secrets.get('leadloop/test/destinations/demo'))?.value).toEqual({ inbox: { signingSecret: shown[0] } });
  expect(shown).toHaveLength(1);
});

test('a source without destinations needs no secret', async () => {
  const { deps, secrets } = setUp();
  await applySource(sourceOf({ destinations: {} }), deps);
  expect(secrets.gets()).toBe(0);
});

test('a source that is not right is refused before anything is written, every problem named', async () => {
  const { deps, table } = setUp();
  const source = { ...sourceOf(), id: 'Demo', zoho: { accountsUrl: 'nowhere' } };
  await expect(applySource(source, deps)).rejects.toMatchObject({
    code: 'source.invalid',
    message: expect.stringMatching(/id must be.*zoho\.accountsUrl must be/s),
  });
  expect(table.items()).toEqual([]);
});

test('what is no source of ours is not overwritten', async () => {
  const { deps, table } = setUp();
  await table.put({ pk: 'source#demo' });
  await expect(applySource(sourceOf(), deps)).rejects.toMatchObject({ code: 'source.stored_invalid' });
});

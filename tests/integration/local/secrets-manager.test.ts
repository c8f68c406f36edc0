import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Listening } from '../../../infra/local/listen.ts';
import { startSecretsManager } from '../../../infra/local/secrets-manager.ts';
import { createSecretsManager } from '../../../lib/platform/secrets-manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadloop-secrets-'));
const stateFile = join(folder, 'secrets.json');
const clientOf = ({ baseUrl }: Listening) =>
  new SecretsManagerClient({
    endpoint: baseUrl,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

let server: Listening;
let client: SecretsManagerClient;
const newName = () => `leadloop/test/connections/${crypto.randomUUID()}`;
const newToken = () => crypto.randomUUID();
beforeAll(async () => {
  server = await startSecretsManager({ port: 0, stateFile });
  client = clientOf(server);
});
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('Secrets Manager on one machine, asked by the SDK', () => {
  test('a secret is found by name and by ARN', async () => {
    const Name = newName();
    const made = await client.send(new CreateSecretCommand({ Name, SecretString: 'first' }));
    expect(made.Name).toBe(Name);
    for (const SecretId of [Name, made.ARN])
      expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
        Name,
        SecretString: 'first',
        VersionId: made.VersionId,
        VersionStages: ['AWSCURRENT'],
      });
  });

  test('what is not there is ResourceNotFoundException: a secret, a version, a stage', async () => {
    const SecretId = newName();
    await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    for (const wanted of [{ VersionId: newToken() }, { VersionStage: 'AWSPREVIOUS' }])
      await expect(client.send(new GetSecretValueCommand({ SecretId, ...wanted }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
  });

  test('a new version becomes current, the one before it previous, the oldest keeps its id only', async () => {
    const SecretId = newName();
    const tokens = [newToken(), newToken(), newToken()];
    await client.send(
      new CreateSecretCommand({ Name: SecretId, SecretString: 'v0', ClientRequestToken: String(tokens[0]) }),
    );
    for (const [index, token] of tokens.slice(1).entries()) {
      const put = new PutSecretValueCommand({ SecretId, SecretString: `v${index + 1}`, ClientRequestToken: token });
      expect(await client.send(put)).toMatchObject({ VersionId: token, VersionStages: ['AWSCURRENT'] });
    }
    const value = async (wanted: { VersionId?: string; VersionStage?: string }) =>
      (await client.send(new GetSecretValueCommand({ SecretId, ...wanted }))).SecretString;
    expect(await value({})).toBe('v2');
    expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('v1');
    expect(await value({ VersionId: String(tokens[0]) })).toBe('v0');
    expect((await client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages).toEqual({
      [String(tokens[2])]: ['AWSCURRENT'],
      [String(tokens[1])]: ['AWSPREVIOUS'],
    });
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(tokens);
  });

  test('a request token is the version: the same value again is a repeat, another value an error', async () => {
    const SecretId = newName();
    const ClientRequestToken = newToken();
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'old' }));
    const put = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
    expect((await put('new')).VersionId).toBe(ClientRequestToken);
    expect((await put('new')).VersionId).toBe(ClientRequestToken);
    await expect(put('other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    expect(Versions).toHaveLength(2);
  });

  test('creating twice is refused, unless it is the same request', async () => {
    const Name = newName();
    const ClientRequestToken = newToken();
    const create = (SecretString: string) =>
      client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
    await create('a');
    expect((await create('a')).VersionId).toBe(ClientRequestToken);
    await expect(create('b')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(client.send(new CreateSecretCommand({ Name, SecretString: 'a' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });

  test('an update without a value keeps the value', async () => {
    const SecretId = newName();
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'kept' }));
    await client.send(new UpdateSecretCommand({ SecretId, Description: 'told' }));
    expect((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('kept');
    await client.send(new UpdateSecretCommand({ SecretId, SecretString: 'changed' }));
    expect((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('changed');
  });

  test('a deleted secret can be restored until it is deleted for good', async () => {
    const SecretId = newName();
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    await client.send(new DeleteSecretCommand({ SecretId }));
    const get = () => client.send(new GetSecretValueCommand({ SecretId }));
    await expect(get()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'y' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await client.send(new RestoreSecretCommand({ SecretId }));
    expect((await get()).SecretString).toBe('x');
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    ['no value', { SecretString: undefined, ClientRequestToken: crypto.randomUUID() }, 'InvalidParameterException'],
    ['an empty value', { SecretString: '' }, 'ValidationException'],
    ['a request token that is too short', { SecretString: 'x', ClientRequestToken: 'short' }, 'ValidationException'],
    ['more than 64 KB', { SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
  ])('%s is refused', async (_, input, name) => {
    const SecretId = newName();
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    await expect(client.send(new PutSecretValueCommand({ SecretId, ...input }))).rejects.toMatchObject({ name });
  });

  test('the port of the functions works over it, first write and repeat included', async () => {
    const store = createSecretsManager(client);
    const name = newName();
    const version = newToken();
    expect(await store.get(name)).toBeUndefined();
    expect(await store.put(name, { clientId: 'a' }, version)).toEqual({ status: 'stored' });
    expect(await store.put(name, { clientId: 'a' }, version)).toEqual({ status: 'stored' });
    expect(await store.put(name, { clientId: 'b' }, version)).toEqual({ status: 'version_taken' });
    const second = newToken();
    await store.put(name, { clientId: 'c' }, second);
    expect(await store.get(name)).toEqual({ versionId: second, value: { clientId: 'c' } });
    expect(await store.get(name, version)).toEqual({ versionId: version, value: { clientId: 'a' } });
    expect(await store.get(name, newToken())).toBeUndefined();
  });

  test('secrets outlive the server, in a file that only its owner may read', async () => {
    const Name = newName();
    await client.send(new CreateSecretCommand({ Name, SecretString: 'kept' }));
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(stateFile, 'utf8')).toContain('kept');
    const next = await startSecretsManager({ port: 0, stateFile });
    const other = clientOf(next);
    expect((await other.send(new GetSecretValueCommand({ SecretId: Name }))).SecretString).toBe('kept');
    other.destroy();
    await next.close();
  });

  test('an operation or a body it does not know is an error of the protocol', async () => {
    const ask = async (target: string, body: string) => {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
      const response = await fetch(server.baseUrl, { method: 'POST', headers, body });
      return [response.status, ((await response.json()) as { __type: string }).__type];
    };
    expect(await ask('secretsmanager.RotateSecret', '{}')).toEqual([400, 'UnknownOperationException']);
    expect(await ask('secretsmanager.GetSecretValue', '{')).toEqual([400, 'SerializationException']);
  });
});

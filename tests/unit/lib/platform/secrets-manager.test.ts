import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createSecretsManager } from '../../../../lib/platform/secrets-manager.ts';

const setUp = () => {
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  return { mock: mockClient(client), secrets: createSecretsManager(client) };
};
const named = (name: string) => Object.assign(new Error(name), { name });

describe('secrets on Secrets Manager', () => {
  test('a first version creates the secret', async () => {
    const { mock, secrets } = setUp();
    mock.on(PutSecretValueCommand).rejects(named('ResourceNotFoundException'));
    mock.on(CreateSecretCommand).resolves({});
    expect(await secrets.put('a', { x: 1 }, 'v1')).toEqual({ status: 'stored' });
  });

  test('of two that create it at once the second puts its version on top', async () => {
    const { mock, secrets } = setUp();
    mock.on(PutSecretValueCommand).rejectsOnce(named('ResourceNotFoundException')).resolves({});
    mock.on(CreateSecretCommand).rejects(named('ResourceExistsException'));
    expect(await secrets.put('a', { x: 1 }, 'v1')).toEqual({ status: 'stored' });
  });

  test('a version that holds another value is not overwritten, even if it was made a moment ago', async () => {
    const { mock, secrets } = setUp();
    mock
      .on(PutSecretValueCommand)
      .rejectsOnce(named('ResourceNotFoundException'))
      .rejects(named('ResourceExistsException'));
    mock.on(CreateSecretCommand).rejects(named('ResourceExistsException'));
    expect(await secrets.put('a', { x: 1 }, 'v1')).toEqual({ status: 'version_taken' });
  });

  test.each([
    ['AccessDeniedException', 'secrets.denied'],
    ['InternalServiceError', 'secrets.unreachable'],
  ])('%s is thrown as %s', async (name, code) => {
    const { mock, secrets } = setUp();
    mock.on(GetSecretValueCommand).rejects(named(name));
    await expect(secrets.get('a')).rejects.toMatchObject({ code });
  });

  test('what is no JSON object is refused without being quoted', async () => {
    const { mock, secrets } = setUp();
    mock.on(GetSecretValueCommand).resolves({ VersionId: 'v', SecretString: 'plain secret text' });
    const refused = secrets.get('a');
    await expect(refused).rejects.toMatchObject({ code: 'secrets.malformed' });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('plain secret text') });
  });
});

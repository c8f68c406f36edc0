import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { awsTimeouts } from './aws-timeouts.ts';
import { PlatformError } from './errors.ts';
import type { SecretStore } from './secrets.ts';
import type { Value } from './table.ts';

const content = z.record(z.string(), z.json());

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const failure = (error: unknown): PlatformError =>
  nameOf(error) === 'AccessDeniedException'
    ? new PlatformError('secrets.denied', "The function's role may not use this secret.", { cause: error })
    : new PlatformError('secrets.unreachable', 'Secrets Manager did not answer as expected.', { cause: error });

const parse = (text: string): Record<string, Value> => {
  try {
    return content.parse(JSON.parse(text)) as Record<string, Value>;
  } catch {
    // The cause would quote the secret, so it is not kept.
    throw new PlatformError(
      'secrets.malformed',
      'A secret does not hold one JSON object; write it again with the CLI.',
    );
  }
};

/** The secret store port on Secrets Manager. */
export const createSecretsManager = (
  client: SecretsManagerClient = new SecretsManagerClient({ maxAttempts: 3, requestHandler: awsTimeouts() }),
): SecretStore => ({
  get: async (name, versionId) => {
    try {
      const answer = await client.send(
        new GetSecretValueCommand({ SecretId: name, ...(versionId === undefined ? {} : { VersionId: versionId }) }),
      );
      return { versionId: answer.VersionId ?? '', value: parse(answer.SecretString ?? '') };
    } catch (error) {
      if (error instanceof PlatformError) throw error;
      if (nameOf(error) === 'ResourceNotFoundException') return undefined;
      throw failure(error);
    }
  },
  put: async (name, value, versionId) => {
    const input = { SecretString: JSON.stringify(value), ClientRequestToken: versionId };
    const write = async (): Promise<'stored' | 'version_taken' | 'missing'> => {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: name, ...input }));
        return 'stored';
      } catch (error) {
        if (nameOf(error) === 'ResourceExistsException') return 'version_taken';
        if (nameOf(error) === 'ResourceNotFoundException') return 'missing';
        throw failure(error);
      }
    };
    const create = async (): Promise<'stored' | 'exists'> => {
      try {
        await client.send(new CreateSecretCommand({ Name: name, ...input }));
        return 'stored';
      } catch (error) {
        if (nameOf(error) === 'ResourceExistsException') return 'exists';
        throw failure(error);
      }
    };
    const first = await write();
    if (first !== 'missing') return { status: first };
    if ((await create()) === 'stored') return { status: 'stored' };
    // Somebody created it in between: their version is not ours, so ours is put on top.
    const again = await write();
    if (again === 'missing')
      throw new PlatformError('secrets.unreachable', 'The secret was there and gone again; try once more.');
    return { status: again };
  },
});

import { defaultEndpointResolver } from '@aws-sdk/client-secrets-manager/endpoint-rules';
import { command, jsonClient } from './json-commands.ts';

/** `@aws-sdk/client-secrets-manager` in the bundles. Secrets are text; both writes carry a `ClientRequestToken` of ours. */
export const SecretsManagerClient = jsonClient({
  signingName: 'secretsmanager',
  id: 'Secrets Manager',
  target: 'secretsmanager',
  version: '1.1',
  endpoint: defaultEndpointResolver,
  retries: { maxAttempts: 3, baseDelay: 50 },
});

export const CreateSecretCommand = command('CreateSecret');
export const GetSecretValueCommand = command('GetSecretValue');
export const PutSecretValueCommand = command('PutSecretValue');

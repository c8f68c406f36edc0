import { randomUUID } from 'node:crypto';
import { defaultEndpointResolver } from '@aws-sdk/client-dynamodb/endpoint-rules';
import { command, jsonClient } from './json-commands.ts';

/**
 * `@aws-sdk/client-dynamodb` in the bundles, with the operations that `lib/platform` uses. Values go out and come in as
 * they stand in DynamoDB's JSON; binary ones, which we have none of, would need an encoding.
 */
export const DynamoDBClient = jsonClient({
  signingName: 'dynamodb',
  id: 'DynamoDB',
  target: 'DynamoDB_20120810',
  version: '1.0',
  // The environment's credentials name no account, so no account's own endpoint can be asked for.
  endpoint: (parameters) => defaultEndpointResolver({ ...parameters, AccountIdEndpointMode: 'disabled' }),
  retries: { maxAttempts: 4, baseDelay: 25 },
});

export const BatchGetItemCommand = command('BatchGetItem');
export const DeleteItemCommand = command('DeleteItem');
export const GetItemCommand = command('GetItem');
export const PutItemCommand = command('PutItem');
export const QueryCommand = command('Query');
export const UpdateItemCommand = command('UpdateItem');

/** Sent again after a lost answer, it is the same transaction: its token is the same at every attempt. */
export class TransactWriteItemsCommand extends command('TransactWriteItems') {
  constructor(input: Record<string, unknown>) {
    super({ ClientRequestToken: randomUUID(), ...input });
  }
}

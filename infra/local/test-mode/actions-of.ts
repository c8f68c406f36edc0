import * as z from 'zod/mini';
import type { AwsCall } from './aws-call.ts';

/** What a role must allow: IAM's name of the action, and the thing it is done to by its own name. */
export type SeenAction = { action: string; resource: string };

const inTable = z.object({ TableName: z.string() });
const transaction = z.object({
  TransactItems: z.array(
    z.object({
      Put: z.optional(inTable),
      Update: z.optional(inTable),
      Delete: z.optional(inTable),
      ConditionCheck: z.optional(inTable),
    }),
  ),
});
/** IAM knows no right to transactions: each of their parts needs the right to what it does. */
const PARTS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const;

const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const single = z.object({ TableName: z.string(), IndexName: z.optional(z.string()) });
const secret = z.object({ SecretId: z.optional(z.string()), Name: z.optional(z.string()) });
const invocation = z.object({ FunctionName: z.string() });

const distinct = (actions: SeenAction[]): SeenAction[] => [
  ...new Map(actions.map((one) => [`${one.action} ${one.resource}`, one])).values(),
];

/** Every action a call needs, each once; none for a call that the service will find malformed. */
export const actionsOf = ({ service, operation, input }: AwsCall): SeenAction[] => {
  const action = `${service}:${operation}`;
  if (service === 'lambda') {
    const parsed = invocation.safeParse(input);
    return parsed.success ? [{ action, resource: parsed.data.FunctionName }] : [];
  }
  if (service === 'secretsmanager') {
    const { SecretId, Name } = secret.safeParse(input).data ?? {};
    const resource = SecretId ?? Name;
    return resource === undefined ? [] : [{ action, resource }];
  }
  if (operation === 'TransactWriteItems') {
    const { TransactItems } = transaction.safeParse(input).data ?? { TransactItems: [] };
    return distinct(
      TransactItems.flatMap((item) =>
        (Object.keys(PARTS) as Array<keyof typeof PARTS>).flatMap((part) => {
          const resource = item[part]?.TableName;
          return resource === undefined ? [] : [{ action: PARTS[part], resource }];
        }),
      ),
    );
  }
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const { RequestItems } = batch.safeParse(input).data ?? { RequestItems: {} };
    return Object.keys(RequestItems).map((resource) => ({ action, resource }));
  }
  const parsed = single.safeParse(input);
  if (!parsed.success) return [];
  const { TableName, IndexName } = parsed.data;
  return [{ action, resource: IndexName === undefined ? TableName : `${TableName}/index/${IndexName}` }];
};

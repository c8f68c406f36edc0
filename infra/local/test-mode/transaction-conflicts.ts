import * as z from 'zod/mini';
import type { AwsCall, Middleware } from './aws-call.ts';
import { conflict } from './aws-errors.ts';

const keyed = z.object({
  TableName: z.string(),
  Key: z.optional(z.object({ pk: z.object({ S: z.string() }) })),
  Item: z.optional(z.looseObject({ pk: z.object({ S: z.string() }) })),
});
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), keyed)) });

const keyOf = ({ TableName, Key, Item }: z.infer<typeof keyed>): string =>
  `${TableName} ${Key?.pk.S ?? Item?.pk.S ?? ''}`;

/** The items a write touches, in the order of its parts; none for whatever is no write. */
const itemsOf = ({ service, operation, input }: AwsCall): string[] => {
  if (service !== 'dynamodb') return [];
  if (operation === 'TransactWriteItems') {
    const { TransactItems } = transaction.safeParse(input).data ?? { TransactItems: [] };
    return TransactItems.flatMap((item) => Object.values(item).map(keyOf));
  }
  if (!['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation)) return [];
  const single = keyed.safeParse(input);
  return single.success ? [keyOf(single.data)] : [];
};

/**
 * Refuses a function's write with a transaction conflict, as DynamoDB does and no emulator: where a transaction under
 * way holds one of its items, and now and then where we see none, because others may hold one.
 * @param rate share of the writes that are refused without a reason of ours, 0 to 1
 */
export const createTransactionConflicts = ({ rate, random }: { rate: number; random: () => number }) => {
  const held = new Map<string, number>();
  let count = 0;

  const hold = (items: string[], by: 1 | -1): void => {
    for (const item of items) {
      const holders = (held.get(item) ?? 0) + by;
      if (holders === 0) held.delete(item);
      else held.set(item, holders);
    }
  };

  const middleware: Middleware = (next) => async (call) => {
    const items = itemsOf(call);
    if (items.length === 0) return next(call);
    if (call.caller !== undefined) {
      const isHeld = items.map((item) => held.has(item));
      const unlucky = random() < rate ? Math.floor(random() * items.length) : -1;
      if (unlucky >= 0 || isHeld.includes(true)) {
        count += 1;
        return conflict(call, (index) => index === unlucky || isHeld[index] === true);
      }
    }
    if (call.operation !== 'TransactWriteItems') return next(call);
    hold(items, 1);
    try {
      return await next(call);
    } finally {
      hold(items, -1);
    }
  };
  return { middleware, count: () => count };
};

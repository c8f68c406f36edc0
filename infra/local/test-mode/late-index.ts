import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod/mini';
import type { TableDefinition } from '../service.ts';
import type { AwsAnswer, AwsCall, Middleware } from './aws-call.ts';

type Row = { partition: string; at: number };
type Index = { name: string; partition: string; sort: string; rows: Map<string, Map<string, number>> };
type Change = { pk: string; image: Record<string, { S?: string; N?: string }>; visibleAtMs: number };

const text = z.object({ S: z.string() });
const number = z.object({ N: z.string() });
const query = z.object({
  IndexName: z.string(),
  KeyConditionExpression: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()),
  ExpressionAttributeValues: z.record(z.string(), z.union([text, number])),
  ScanIndexForward: z.optional(z.boolean()),
  Limit: z.optional(z.number()),
  ExclusiveStartKey: z.optional(z.record(z.string(), z.union([text, number]))),
});
/** The one shape the table port writes; anything else is refused rather than guessed at. */
const CONDITION = /^(#\w+) = (:\w+) AND (#\w+) BETWEEN (:\w+) AND (:\w+)$/;

const textOf = (value: { S: string } | { N: string } | undefined): string =>
  value === undefined ? '' : 'S' in value ? value.S : value.N;

const answer = (status: number, body: unknown): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify(body)),
});
const notUnderstood = (what: string): AwsAnswer =>
  answer(400, {
    __type: 'com.amazon.coral.validate#ValidationException',
    message: `The late index of the test mode does not understand this query: ${what}`,
  });

/** Rows by their sort key; where that is the same, in an order that means nothing. */
const inOrder = ([aPk, a]: [string, number], [bPk, b]: [string, number]): number =>
  a - b || Number(aPk > bPk) - Number(aPk < bPk);

/**
 * A table's indexes as they are on AWS: copies that follow the table's log, each change after a while of its own, so
 * that new rows are missing and old ones still stand. The emulators' indexes are never behind.
 * @param lagMs longest time a change stays unseen
 */
export const createLateIndex = ({
  definition,
  lagMs,
  random,
  now = Date.now,
}: {
  definition: TableDefinition;
  lagMs: number;
  random: () => number;
  now?: () => number;
}) => {
  const indexes: Index[] = (definition.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema }) => ({
    name: IndexName,
    partition: KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    sort: KeySchema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName ?? '',
    rows: new Map(),
  }));
  const standing = new Map<string, Map<string, Row>>();
  let pending: Change[] = [];
  /** Changes of one item become visible in their order. */
  const latest = new Map<string, number>();

  const apply = ({ pk, image }: Change): void => {
    const before = standing.get(pk) ?? new Map<string, Row>();
    const after = new Map<string, Row>();
    for (const { name, partition, sort, rows } of indexes) {
      const old = before.get(name);
      if (old !== undefined) rows.get(old.partition)?.delete(pk);
      const [key, at] = [image[partition]?.S, image[sort]?.N];
      if (key === undefined || at === undefined) continue;
      const row = { partition: key, at: Number(at) };
      after.set(name, row);
      const siblings = rows.get(key) ?? new Map<string, number>();
      rows.set(key, siblings.set(pk, row.at));
    }
    standing.set(pk, after);
  };

  const catchUp = (): void => {
    const nowMs = now();
    const due = pending.filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    pending = pending.filter(({ visibleAtMs }) => visibleAtMs > nowMs);
    for (const change of due) apply(change);
  };

  const onRecords = (records: _Record[]): void => {
    for (const { dynamodb } of records) {
      const pk = dynamodb?.Keys?.pk?.S;
      if (pk === undefined) continue;
      const visibleAtMs = Math.max(latest.get(pk) ?? 0, now() + random() * lagMs);
      latest.set(pk, visibleAtMs);
      pending.push({ pk, image: (dynamodb?.NewImage ?? {}) as Change['image'], visibleAtMs });
    }
  };

  const answerQuery = (call: AwsCall): AwsAnswer => {
    const parsed = query.safeParse(call.input);
    if (!parsed.success) return notUnderstood(z.prettifyError(parsed.error));
    const { data } = parsed;
    const index = indexes.find(({ name }) => name === data.IndexName);
    const [, partitionName, partition, sortName, from, to] = CONDITION.exec(data.KeyConditionExpression) ?? [];
    const names = [partitionName, sortName].map((name) => data.ExpressionAttributeNames[name ?? '']);
    if (index === undefined || names[0] !== index.partition || names[1] !== index.sort)
      return notUnderstood(data.KeyConditionExpression);
    const given = (placeholder: string | undefined) => textOf(data.ExpressionAttributeValues[placeholder ?? '']);
    const key = given(partition);
    const [low, high] = [Number(given(from)), Number(given(to))];

    catchUp();
    const direction = data.ScanIndexForward === false ? -1 : 1;
    const start = data.ExclusiveStartKey;
    const after: [string, number] | undefined =
      start === undefined ? undefined : [textOf(start.pk), Number(textOf(start[index.sort]))];
    const rows = [...(index.rows.get(key) ?? [])]
      .filter(([, at]) => at >= low && at <= high)
      .sort((a, b) => direction * inOrder(a, b))
      .filter((row) => after === undefined || direction * inOrder(row, after) > 0);
    const page = rows.slice(0, data.Limit ?? rows.length);
    const toItem = ([pk, at]: [string, number]) => ({
      pk: { S: pk },
      [index.partition]: { S: key },
      [index.sort]: { N: String(at) },
    });
    const last = page.at(-1);
    return answer(200, {
      Items: page.map(toItem),
      Count: page.length,
      ScannedCount: page.length,
      ...(last !== undefined && page.length === data.Limit ? { LastEvaluatedKey: toItem(last) } : {}),
    });
  };

  const middlewareFor =
    (tableName: string): Middleware =>
    (next) =>
    async (call) =>
      call.service === 'dynamodb' &&
      call.operation === 'Query' &&
      call.input.TableName === tableName &&
      call.input.IndexName !== undefined
        ? answerQuery(call)
        : next(call);

  return { onRecords, middlewareFor };
};
export type LateIndex = ReturnType<typeof createLateIndex>;

import type { Criterion } from '../criterion-test.ts';
import type { Expression } from '../expression.ts';

export type Condition = Expression<Criterion & { column: string }>;

/** `alias` as it was written, which may be the empty text; undefined without one. */
export type Column = { name: string; alias: string | undefined };

/** A query as it was written: names and values are not judged yet. */
export type Query = {
  columns: Column[];
  moduleName: string;
  where: Condition;
  orderBy: Array<{ column: string; descending: boolean }>;
  offset: string;
  limit: string;
};

export const DEFAULT_LIMIT = 200;

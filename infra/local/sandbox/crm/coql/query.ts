export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'not in'
  | 'like'
  | 'not like'
  | 'between'
  | 'not between'
  | 'is null'
  | 'is not null';

export type Criterion = { column: string; operator: Operator; values: string[] };

export type Condition =
  | { kind: 'criterion'; criterion: Criterion }
  | { kind: 'and' | 'or'; left: Condition; right: Condition };

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

export const criteriaOf = (condition: Condition): Criterion[] =>
  condition.kind === 'criterion'
    ? [condition.criterion]
    : [...criteriaOf(condition.left), ...criteriaOf(condition.right)];

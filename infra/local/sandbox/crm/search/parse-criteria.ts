import type { Expression } from '../expression.ts';

/** `values`: what stood between commas, backslashes taken away. */
export type SearchCriterion = { fieldName: string; operator: string; values: string[] };

/** Deeper than ten criteria can need. */
const MAX_DEPTH = 50;

/**
 * Reads `((Email:equals:a@b.com)and(Last_Name:starts_with:M))`; undefined when it is not that. A comma, parenthesis or
 * backslash that belongs to a value has a backslash before it. A row of and/or without parentheses goes from left to
 * right.
 */
export const parseCriteria = (text: string): Expression<SearchCriterion> | undefined => {
  let at = 0;
  const skipBlanks = (): void => {
    while (text[at] === ' ') at += 1;
  };
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match ?? undefined;
  };

  const readCriterion = (): Expression<SearchCriterion> | undefined => {
    const [, fieldName, operator] = take(/(\w+) *: *(\w+) *: */y) ?? [];
    if (fieldName === undefined || operator === undefined) return undefined;
    const values = [''];
    for (; at < text.length && text[at] !== ')'; at += 1) {
      if (text[at] === '(') return undefined;
      if (text[at] === ',') values.push('');
      else {
        if (text[at] === '\\') at += 1;
        values[values.length - 1] += text[at] ?? '\\';
      }
    }
    return { kind: 'criterion', criterion: { fieldName, operator, values: values.map((value) => value.trim()) } };
  };

  const readOperand = (depth: number): Expression<SearchCriterion> | undefined => {
    skipBlanks();
    if (text[at] !== '(') return readCriterion();
    if (depth >= MAX_DEPTH) return undefined;
    at += 1;
    const inner = readRow(depth + 1);
    if (text[at] !== ')') return undefined;
    at += 1;
    skipBlanks();
    return inner;
  };

  const readRow = (depth: number): Expression<SearchCriterion> | undefined => {
    let left = readOperand(depth);
    while (left) {
      const kind = take(/and|or/iy)?.[0].toLowerCase();
      if (kind !== 'and' && kind !== 'or') return left;
      const right = readOperand(depth);
      left = right && { kind, left, right };
    }
    return undefined;
  };

  const whole = readRow(0);
  skipBlanks();
  return at === text.length ? whole : undefined;
};

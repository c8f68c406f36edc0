import type * as z from 'zod/mini';
import { nearestName } from './nearest-name.ts';

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;
export type Problem = { path: PropertyKey[]; message: string };

const nouns: Record<string, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  null: 'null',
};

const wrongType = (expected: string, input: unknown): string => {
  if (input === undefined) return 'is required';
  const noun = nouns[expected] ?? expected;
  if (input === null) return `is empty; it must be ${noun}`;
  const isUnquoted = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean');
  return isUnquoted ? 'must be text; put it in quotes' : `must be ${noun}`;
};

const suggestion = (input: unknown, known: readonly string[]): string => {
  const nearest = typeof input === 'string' ? nearestName(input, known) : undefined;
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
};

const oneOf = (values: readonly unknown[], input: unknown): string => {
  const known = values.map(String);
  const list = known.length === 1 ? `${known[0]}` : `one of ${known.join(', ')}`;
  if (input === undefined) return `is required: ${list}`;
  return `must be ${list}${known.length === 1 ? '' : suggestion(input, known)}`;
};

const knownKeys = (schema: unknown): string[] => {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return Object.keys(shape ?? {});
};

const unknownKey = (key: string, known: string[]): string => {
  const nearest = nearestName(key, known);
  return nearest === undefined
    ? `is not known here; known are ${known.join(', ')}`
    : `is not known here; did you mean ${nearest}?`;
};

/**
 * What is wrong, to be read after the path; for an `unrecognized_keys` issue one line per key. Handed to a parse as its
 * `error`, it sees the schema that raised the issue. Messages written in the schemas themselves win over it.
 */
export const messageOf = (issue: RawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return oneOf(issue.values, issue.input);
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, knownKeys(issue.inst))).join('\n');
    case 'invalid_union': {
      if (!('options' in issue)) return 'has the wrong form';
      const { discriminator, options, input } = issue as { discriminator: string; options: unknown[]; input?: unknown };
      return oneOf(options, (input as Record<string, unknown> | undefined)?.[discriminator]);
    }
    default:
      return 'is not valid';
  }
};

/** Whether a branch of a union refused the value for what it is, not for something inside it. */
const isOtherKind = (issues: Issue[], value: unknown): boolean =>
  issues.some((issue) => {
    if (issue.path.length > 0) return false;
    if (issue.code === 'invalid_union')
      return issue.errors.length > 0 && issue.errors.every((branch) => isOtherKind(branch, value));
    return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof value !== 'string');
  });

/** What the branches would have taken instead. */
const expectedNouns = (branches: Issue[][]): string[] =>
  branches.flat().flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === 'invalid_union') return expectedNouns(issue.errors);
    if (issue.code === 'invalid_type') return [nouns[issue.expected] ?? issue.expected];
    return issue.code === 'invalid_value' ? ['text'] : [];
  });

const valueAt = (input: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);

const ofUnion = (issue: Extract<Issue, { code: 'invalid_union' }>, input: unknown, path: PropertyKey[]): Problem[] => {
  const branches: Issue[][] = issue.errors;
  if (branches.length === 0) return [{ path, message: issue.message }];
  const value = valueAt(input, path);
  const [meant] = branches.filter((issues) => !isOtherKind(issues, value)).sort((a, b) => a.length - b.length);
  if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, input, path));
  if (value === undefined) return [{ path, message: 'is required' }];
  const missing = value === null ? 'is empty; it must be' : 'must be';
  return [{ path, message: `${missing} ${[...new Set(expectedNouns(branches))].join(', or ')}` }];
};

/**
 * One issue of a parse that was given `messageOf`, as problems with their full path: one for each unknown key, and of a
 * union only what the branch says that was meant.
 * @param input the whole of what was parsed
 */
export const problemsOf = (issue: Issue, input: unknown, prefix: PropertyKey[] = []): Problem[] => {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        message: messages[index] ?? 'is not known here',
      }));
    }
    case 'invalid_union':
      return ofUnion(issue, input, path);
    case 'invalid_key':
      return [{ path, message: `is a name that ${issue.issues[0]?.message ?? 'is not valid'}` }];
    default:
      return [{ path, message: issue.message }];
  }
};

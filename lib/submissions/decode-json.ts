import { NumberText, parseJsonWithNumberText } from '../platform/number-text.ts';
import { decodeUtf8, UnreadableBody } from './unreadable-body.ts';

const parse = (text: string): unknown => {
  try {
    return parseJsonWithNumberText(text);
  } catch {
    // Not JSON, or nested so deeply that the engine gives up.
    throw new UnreadableBody('The body is not valid JSON.');
  }
};

const toFieldValue = (value: unknown): string | string[] | undefined => {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value;
  throw new UnreadableBody('Every value must be text, a number, true, false, null or an array of texts.');
};

/**
 * One JSON object as names and values; null counts as absent, and of a repeated key the last one stands.
 * @throws {UnreadableBody}
 */
export const decodeJson = (body: Uint8Array): Array<[name: string, value: string | string[]]> => {
  const parsed = parse(decodeUtf8(body));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || parsed instanceof NumberText)
    throw new UnreadableBody('The body must be one JSON object.');
  return Object.entries(parsed).flatMap(([name, value]) => {
    const field = toFieldValue(value);
    return field === undefined ? [] : [[name, field] as [string, string | string[]]];
  });
};

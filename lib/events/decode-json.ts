import { NumberText, parseJsonWithNumberText } from '../platform/number-text.ts';
import { normaliseName } from './parameter-name.ts';
import { repairJson } from './repair-json.ts';
import { outerNames } from './scan-json.ts';
import type { Parameter } from './webhook-body.ts';

/** Text of a value; a list joined as Zoho writes multi-selects, a user or look-up by its name. Anything else has none. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join(';');
  if (typeof value === 'object' && value !== null && 'name' in value) return textOf(value.name);
  return '';
};

const tryParse = (text: string): unknown => {
  try {
    return parseJsonWithNumberText(text);
  } catch {
    return undefined;
  }
};

const hasRepeats = (names: string[]): boolean => new Set(names.map(normaliseName)).size < names.length;

/**
 * One JSON object as parameters. Zoho fills a raw template without saying that it escapes anything, so a broken one is
 * mended where that is certain; a name that stands there twice leaves open which value is Zoho's. Undefined: neither.
 */
export const decodeJson = (text: string): Parameter[] | undefined => {
  const parsed = tryParse(text);
  if (parsed === undefined) return repairJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || parsed instanceof NumberText)
    return undefined;
  if (hasRepeats(outerNames(text))) return undefined;
  return Object.entries(parsed).map(([name, value]) => [name, textOf(value)]);
};

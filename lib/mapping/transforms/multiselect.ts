import type { TransformFunction } from '../zoho-value.ts';

const parsedList = (text: string): unknown[] | undefined => {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const isNamed = (item: unknown): item is string | number => typeof item === 'string' || typeof item === 'number';

const itemsOf = (values: readonly string[]): string[] => {
  const [text = ''] = values;
  if (values.length > 1) return [...values];
  return parsedList(text)?.filter(isNamed).map(String) ?? text.split(/[;,]/);
};

/**
 * The chosen options as a list, each once. Several values are taken as they are; one text is a JSON array, or split at
 * semicolons and commas. A list that arrives as a list goes to `ofList`, so that a comma in its only item stays.
 */
export const toMultiselect: TransformFunction = (values) => ofList(itemsOf(values));

export const ofList = (items: readonly string[]): { value: string[] | undefined } => {
  const chosen = [...new Set(items.map((item) => item.toWellFormed().trim()).filter((item) => item !== ''))];
  return { value: chosen.length === 0 ? undefined : chosen };
};

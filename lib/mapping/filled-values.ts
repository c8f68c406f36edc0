const textOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  const isPlain =
    typeof value === 'boolean' || typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
  return isPlain ? [String(value)] : [];
};

/**
 * What a form field says, as texts: trimmed, well-formed Unicode, blanks left out. Numbers and booleans count as their
 * text; null, objects and inherited properties say nothing.
 */
export const filledValues = (fields: Readonly<Record<string, unknown>>, name: string): string[] => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value])
    .flatMap(textOf)
    .map((text) => text.toWellFormed().trim())
    .filter((text) => text !== '');
};

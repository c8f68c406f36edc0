const maskPart = (text: string): string => (text === '' ? '' : `${[...text][0]}***`);

/** Enough to recognise a value one knows, too little to learn one: `w***@e***`, `+***`. */
export const mask = (value: string): string => value.split('@').map(maskPart).join('@');

export const maskFields = (fields: Record<string, string | string[]>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.map(mask) : mask(value)]),
  );

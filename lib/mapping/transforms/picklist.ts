import type { Transformed } from '../zoho-value.ts';

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Zoho's actual value for what the form sends, compared without case; a form that sends the actual value itself is
 * understood as well. Zoho would store any other text as if it were an option, so it is left out.
 */
export const toPicklist = ([typed = '']: readonly string[], options: Record<string, string>): Transformed => {
  const entry = Object.entries(options).find(([shown]) => same(shown, typed));
  const value = entry?.[1] ?? Object.values(options).find((actual) => same(actual, typed));
  return value === undefined ? { leftOut: 'unknown_option' } : { value };
};

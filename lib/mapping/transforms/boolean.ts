import type { TransformFunction } from '../zoho-value.ts';

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1', 'y', 't', 'checked']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'n', 'f', 'unchecked']);

/** The last value counts: forms put a hidden "no" before a checkbox, and the box overrides it when it is ticked. */
export const toBoolean: TransformFunction = (values) => {
  const text = (values.at(-1) ?? '').trim().toLowerCase();
  if (YES.has(text)) return { value: true };
  return NO.has(text) ? { value: false } : { leftOut: 'not_a_boolean' };
};

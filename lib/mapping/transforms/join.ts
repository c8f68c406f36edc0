import type { Transformed } from '../zoho-value.ts';

/** Everything that was filled in, in the rule's order, with the separator between. */
export const toJoined = (values: readonly string[], separator: string): Transformed => ({
  value: values.join(separator),
});

import type { TransformFunction } from '../zoho-value.ts';

/** A text field given several times becomes one text; Zoho takes no list there. */
export const asOneText = (values: readonly string[]): string => values.join(', ');

/** As typed, without blanks around it. What a rule without a transform does. */
export const toTrimmed: TransformFunction = (values) => ({ value: asOneText(values).trim() });

import type { TransformFunction } from '../zoho-value.ts';
import { asOneText } from './trim.ts';

/** In capitals, the same in every language's locale. */
export const toUpper: TransformFunction = (values) => ({ value: asOneText(values).toUpperCase() });

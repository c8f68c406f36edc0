import type { TransformFunction } from '../zoho-value.ts';
import { asOneText } from './trim.ts';

/** In lower case, the same in every language's locale. */
export const toLower: TransformFunction = (values) => ({ value: asOneText(values).toLowerCase() });

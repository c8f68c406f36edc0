import { sha256Hex } from '../../platform/ids.ts';
import type { TransformFunction } from '../zoho-value.ts';
import { asOneText } from './trim.ts';

/** SHA-256 in hexadecimal of the value, trimmed and in lower case: the form in which ad platforms compare. */
export const toHash: TransformFunction = (values) => ({ value: sha256Hex(asOneText(values).trim().toLowerCase()) });

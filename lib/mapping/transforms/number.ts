import Big from 'big.js';
import type { TransformFunction } from '../zoho-value.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;
/** Zoho CRM API, "Insert Records", field types: a double holds 16 digits and 9 decimals. */
const MAX_DIGITS = 16;
const MAX_DECIMALS = 9;

const isKept = (exact: Big): boolean => {
  const [whole = '', decimals = ''] = exact.abs().toFixed().split('.');
  return whole.length <= MAX_DIGITS && decimals.length <= MAX_DECIMALS && new Big(Number(exact.toFixed())).eq(exact);
};

/**
 * A JSON number that is written exactly as the form wrote it. Plain digits with a point, as number fields send them;
 * a comma could mean two things, so nothing with one is guessed.
 */
export const toNumber: TransformFunction = ([typed = '']) => {
  const text = typed.trim();
  if (!NUMBER.test(text)) return { leftOut: 'not_a_number' };
  const exact = new Big(text.replace(/^\+/, '').replace(/\.(?=e|$)/i, ''));
  if (!isKept(exact)) return { leftOut: 'not_exact' };
  return { value: exact.eq(0) ? 0 : Number(exact.toFixed()) };
};

import type { TransformFunction } from '../zoho-value.ts';

const EMAIL = /^[^@\s,<>\p{Cc}]+@[^@\s,<>\p{Cc}]+$/u;

/** In lower case, as Zoho compares addresses; left out if it is none. */
export const toEmail: TransformFunction = ([typed = '']) => {
  const email = typed.trim().toLowerCase();
  return EMAIL.test(email) ? { value: email } : { leftOut: 'not_an_email' };
};

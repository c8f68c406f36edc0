/** `source` is the text a number was written as; the engine passes it since Node 21. */
type ParseContext = { source?: string };

/** A whole number keeps its digits only up to 2^53; ids of Zoho's have 18 and 19 digits. */
const keepDigits = (_key: string, value: unknown, context?: ParseContext): unknown =>
  typeof value === 'number' &&
  Number.isInteger(value) &&
  !Number.isSafeInteger(value) &&
  /^-?\d+$/.test(context?.source ?? '')
    ? context?.source
    : value;

/** A number with so many digits may be beyond 2^53. Inside a text this finds some too, which does no harm. */
const LONG_NUMBER = /(?:^|[\s:,[-])\d{16}/;

/**
 * A body as Zoho sent it: its JSON, with whole numbers beyond 2^53 as text, digit by digit. Undefined for what is not
 * JSON: an empty body, or the HTML page of a server in trouble. What is no text has been parsed already.
 */
export const parseJson = (body: unknown): unknown => {
  if (typeof body !== 'string') return body;
  try {
    // Asking about every value costs more than parsing them all, and Zoho's ids are texts already.
    return LONG_NUMBER.test(body) ? JSON.parse(body, keepDigits) : JSON.parse(body);
  } catch {
    return undefined;
  }
};

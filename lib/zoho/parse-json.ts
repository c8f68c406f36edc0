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

/**
 * A body as Zoho sent it: its JSON, with whole numbers beyond 2^53 as text, digit by digit. Undefined for what is not
 * JSON: an empty body, or the HTML page of a server in trouble. What is no text has been parsed already.
 */
export const parseJson = (body: unknown): unknown => {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body, keepDigits);
  } catch {
    return undefined;
  }
};

const MAX_CHARACTERS = 30;

/**
 * Whether Zoho's phone type takes the text: at most 30 characters, an optional leading +, then digits and letters in
 * groups with one space, point, hyphen or a pair of parentheses between (Zoho CRM API, "Insert Records", field types).
 */
export const isZohoPhone = (text: string): boolean => {
  if (text.length > MAX_CHARACTERS || !/^\+?[0-9a-z(]/i.test(text) || !/[0-9a-z)]$/i.test(text)) return false;
  const groups = text.replace(/^\+/, '').replace(/[ .-]?\(([0-9a-z]+)\)[ .-]?/gi, '-$1-');
  return /^-?[0-9a-z]+(?:[ .-][0-9a-z]+)*-?$/i.test(groups);
};

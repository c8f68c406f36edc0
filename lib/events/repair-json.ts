import { normaliseName } from './parameter-name.ts';
import type { Parameter } from './webhook-body.ts';

/** Where a flat template starts a value: `{ "lead_id":` or `, "Lead Status":`. */
const NAME = /(?<=^\s*\{|,)\s*"(?<name>[A-Za-z][\w -]{0,63})"\s*:/g;

/** What events and money hang on: a broken template is trusted only if these hold nothing that could have broken it. */
const DECISIVE = /^(lead_id|deal_id|cdp_id|lead_status|stage|module|modified_time|amount|annual_revenue)$/;
const BREAKERS = /["\\\p{Cc}]/u;

/** The text between two names: quoted by the template, or standing bare; undefined when it is neither. */
const unwrap = (raw: string): string | undefined => {
  if (raw.startsWith('"')) return raw.length > 1 && raw.endsWith('"') ? raw.slice(1, -1) : undefined;
  if (/["{}[\]]/.test(raw) && !/^\$\{[^"{}]*\}$/.test(raw)) return undefined;
  return raw === 'null' ? '' : raw;
};

/**
 * Parameters of a flat JSON template whose values were put in unescaped: quotation marks, line breaks, or nothing at
 * all where a bare number was meant. Each value reaches from its name to the next name. Undefined when a name stands
 * there twice (a value may have brought it), a value is not whole, or the break lies in a value that decides something.
 */
export const repairJson = (text: string): Parameter[] | undefined => {
  const body = text.trim();
  if (!body.startsWith('{') || !body.endsWith('}')) return undefined;
  const marks = [...body.matchAll(NAME)];
  if (new Set(marks.map(({ groups }) => normaliseName(groups?.name ?? ''))).size < marks.length || marks.length === 0)
    return undefined;
  const parameters: Parameter[] = [];
  for (const [index, mark] of marks.entries()) {
    const from = mark.index + mark[0].length;
    const next = marks[index + 1];
    // The next name's match begins behind its comma; the last value ends before the closing brace.
    const value = unwrap(body.slice(from, (next?.index ?? body.length) - 1).trim());
    const name = mark.groups?.name ?? '';
    if (value === undefined || (DECISIVE.test(normaliseName(name)) && BREAKERS.test(value))) return undefined;
    parameters.push([name, value]);
  }
  return parameters;
};

import type { DateFormat } from '../../sources/transform.ts';
import type { Transformed } from '../zoho-value.ts';

const two = (part: number): string => String(part).padStart(2, '0');

/** `yyyy-MM-dd`, or undefined for a day that no calendar has. */
export const calendarDay = (year: number, month: number, day: number): string | undefined => {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = year >= 1000 && year <= 9999 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? `${year}-${two(month)}-${two(day)}` : undefined;
};

/** `yyyy-mm-dd` as a pattern with a group for each of year, month and day. */
const patternOf = (format: DateFormat): RegExp => {
  const parts = format
    .replace(/[./]/g, '\\$&')
    .replace('yyyy', String.raw`(?<year>\d{4})`)
    .replace('mm', String.raw`(?<month>\d{1,2})`)
    .replace('dd', String.raw`(?<day>\d{1,2})`);
  return new RegExp(`^${parts}$`);
};

/** A time after an ISO date, as date pickers add it, is not part of the day. */
const withoutTime = (text: string): string => text.replace(/^(\d{4}-\d{1,2}-\d{1,2})[T ].*$/s, '$1');

/** A day as Zoho writes it, `yyyy-MM-dd`, read by the format that the form is said to use. */
export const toDate = ([typed = '']: readonly string[], format: DateFormat = 'yyyy-mm-dd'): Transformed => {
  const { year, month, day } = patternOf(format).exec(withoutTime(typed.trim()))?.groups ?? {};
  const value = calendarDay(Number(year), Number(month), Number(day));
  return value === undefined ? { leftOut: 'not_a_date' } : { value };
};

import type { Transformed } from '../zoho-value.ts';
import { calendarDay } from './date.ts';

const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d{1,9})?)?)? ?(?<offset>Z|[+-]\d{2}:?\d{2})?$/i;
/** Milliseconds since 1970: what a script's `Date.now()` puts into a hidden field. */
const EPOCH_MS = /^\d{12,14}$/;

const MINUTE_MS = 60_000;

/** Minutes of `Z`, `+08:00`, `-0530`; undefined for what no zone has. */
const offsetMinutes = (text: string): number | undefined => {
  if (text.toUpperCase() === 'Z') return 0;
  const [, sign = '', hours = '', minutes = ''] = /^([+-])(\d{2}):?(\d{2})$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total > 14 * 60 || Number(minutes) > 59 ? undefined : total * (sign === '-' ? -1 : 1);
};

const zoneMinutes = (timeZone: string, atMs: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(atMs);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return offsetMinutes(name.replace('GMT', '').slice(0, 6) || 'Z') ?? 0;
};

/** The moment at which a clock in the zone shows this time; twice a year two answer, or none. */
const momentIn = (timeZone: string, shownMs: number): number => {
  const firstGuess = shownMs - zoneMinutes(timeZone, shownMs) * MINUTE_MS;
  return shownMs - zoneMinutes(timeZone, firstGuess) * MINUTE_MS;
};

const readMoment = (text: string, timeZone: string): number | undefined => {
  if (EPOCH_MS.test(text)) return Number(text);
  const { year, month, day, hour = '00', minute = '00', second = '00', offset } = ISO.exec(text)?.groups ?? {};
  if (calendarDay(Number(year), Number(month), Number(day)) === undefined) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const shownMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (offset === undefined) return momentIn(timeZone, shownMs);
  const minutes = offsetMinutes(offset);
  return minutes === undefined ? undefined : shownMs - minutes * MINUTE_MS;
};

/**
 * A moment as Zoho takes it: `yyyy-MM-ddTHH:mm:ss+00:00`. Fractions of a second are refused by Zoho, so they are
 * dropped. ISO 8601 or epoch milliseconds.
 * @param timeZone of times that come without an offset
 */
export const toDatetime = ([typed = '']: readonly string[], timeZone = 'UTC'): Transformed => {
  const atMs = readMoment(typed.trim(), timeZone);
  const text = atMs === undefined ? '' : new Date(atMs).toISOString();
  return /^\d{4}-/.test(text) ? { value: `${text.slice(0, 19)}+00:00` } : { leftOut: 'not_a_datetime' };
};

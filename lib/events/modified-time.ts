const WITH_OFFSET =
  /^(?<date>\d{4}-\d{2}-\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?<fraction>\.\d{1,9})?)? ?(?<offset>Z|[+-]\d{2}:?\d{2})$/i;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_AGE_MS = 7 * DAY_MS;
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/**
 * Epoch milliseconds of `2026-11-21T17:30:00+08:00` and its like. Undefined without an offset (the time zone would be a
 * guess), for a date that does not exist, and for more than 5 minutes ahead of `nowMs` (a clock gone wrong).
 */
export const readModifiedTime = (text: string | undefined, nowMs: number): number | undefined => {
  const { date, hour, minute, second = '00', fraction = '', offset } = WITH_OFFSET.exec(text ?? '')?.groups ?? {};
  if (date === undefined || offset === undefined) return undefined;
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const atMs = Date.parse(`${date}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone}`);
  const isRealDay = !Number.isNaN(Date.parse(date)) && new Date(date).toISOString().startsWith(date); // not 30 February
  return Number.isNaN(atMs) || !isRealDay || atMs > nowMs + MAX_AHEAD_MS ? undefined : atMs;
};

/** When the status changed: as Zoho says it, if that is believable, else when we heard of it. */
export const occurredAtMs = (modifiedAtMs: number | undefined, nowMs: number): number =>
  modifiedAtMs === undefined || modifiedAtMs < nowMs - MAX_AGE_MS ? nowMs : modifiedAtMs;

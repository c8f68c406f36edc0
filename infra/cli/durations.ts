const UNITS: Array<[suffix: string, ms: number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** The largest unit that fits: `4d`, `3h`, `12m`, `5s`, `0s`. */
export const shortDuration = (ms: number): string => {
  const [suffix = 's', unit = 1_000] = UNITS.find(([, one]) => ms >= one) ?? [];
  return `${Math.floor(Math.max(0, ms) / unit)}${suffix}`;
};

/** `in 5m`, or `now` once it is due. */
export const fromNow = (atMs: number, nowMs: number): string =>
  atMs <= nowMs ? 'now' : `in ${shortDuration(Math.max(1_000, atMs - nowMs))}`;

/** `2026-11-21 09:30:00 UTC`. */
export const utc = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const iso = (atMs: number): string => new Date(atMs).toISOString();

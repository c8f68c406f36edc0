/** Inserts, updates and upserts cost a credit for each started ten records ("API Limits"). */
const RECORDS_PER_CREDIT = 10;

/** What the smallest paid edition has in any 24 hours; the Free one has 5,000 ("API Limits"). */
export const DEFAULT_DAILY_CREDITS = 50_000;

/** One header, from half of the day's credits on; before that Zoho says nothing ("API Limits"). */
const REMAINING_HEADER = 'x-api-credits-remaining';

/** Zoho refused before it did anything: wrong token, or too many calls at once. */
const COSTS_NOTHING: ReadonlySet<number> = new Set([401, 429]);

/** Of a query by its LIMIT; without one it answers 200 rows at most ("API Limits"). */
export const queryCredits = (limit = 200): number => (limit <= 200 ? 1 : limit <= 1_000 ? 2 : 3);

export const writeCredits = (records: number): number => Math.ceil(records / RECORDS_PER_CREDIT);

/**
 * What a call has cost, and what is left after it where the answer says so. Of a call that Zoho has acted on, silence
 * says something as well: less than half of the day's credits is used.
 * @param credits what it costs when Zoho acts on it
 * @param headers names in lower case
 */
export const readUsage = (
  credits: number,
  { httpStatus, headers }: { httpStatus: number; headers: Readonly<Record<string, string>> },
): { cost: number; remaining?: number | 'untold' } => {
  const said = headers[REMAINING_HEADER]?.trim() ?? '';
  const isActedOn = httpStatus >= 200 && httpStatus < 300;
  return {
    cost: COSTS_NOTHING.has(httpStatus) ? 0 : credits,
    ...(/^\d{1,12}$/.test(said) ? { remaining: Number(said) } : isActedOn ? { remaining: 'untold' } : {}),
  };
};

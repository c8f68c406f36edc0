/** What Zoho grants an org, by its edition ("API Limits"; the fact sheet's §4.1 and §4.2). */
type Edition = {
  /** Credits in any 24 hours; for each user more, up to a maximum without add-ons where there is one. */
  credits: { base: number; perUser: number; maximum?: number };
  /** Calls under way at once, per connected app. */
  concurrency: number;
};

export const editionNames = ['free', 'standard', 'professional', 'enterprise', 'ultimate'] as const;
export type EditionName = (typeof editionNames)[number];

const editions: Record<EditionName, Edition> = {
  free: { credits: { base: 5_000, perUser: 0 }, concurrency: 5 }, // §4.1 row 1; §4.2
  standard: { credits: { base: 50_000, perUser: 250, maximum: 100_000 }, concurrency: 10 }, // Starter too
  professional: { credits: { base: 50_000, perUser: 500, maximum: 3_000_000 }, concurrency: 15 },
  enterprise: { credits: { base: 50_000, perUser: 1_000, maximum: 5_000_000 }, concurrency: 20 }, // Zoho One too
  ultimate: { credits: { base: 50_000, perUser: 2_000 }, concurrency: 25 }, // CRM Plus too; no maximum
};

export const dailyCredits = (edition: EditionName, users: number): number => {
  const { base, perUser, maximum = Number.POSITIVE_INFINITY } = editions[edition].credits;
  return Math.min(base + perUser * users, maximum);
};

export const concurrencyOf = (edition: EditionName): number => editions[edition].concurrency;

/** Heavy calls under way at once, in every edition (§4.2). */
export const HEAVY_CONCURRENCY = 10;

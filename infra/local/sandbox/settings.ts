import * as z from 'zod/mini';
import { moneyFormats } from './webhooks/money-format.ts';

/** How an empty field arrives: one of the texts, or, as `${…}`, the merge field itself, unresolved. */
export const emptyForms = ['', 'null', '-None-', '${…}'] as const;

export const MAX_COPIES = 10;
export const MAX_LAG_SECONDS = 3_600;

const within = (minimum: number, maximum: number) => [
  z.minimum(minimum, { error: `must be ${minimum} or more` }),
  z.maximum(maximum, { error: `must be ${maximum} or less` }),
];

/** What Zoho leaves open, and every org may show differently, as `PUT /sandbox/settings` takes it. */
export const settingsWish = z.strictObject({
  /** What webhooks write for a field without a value. */
  emptyAs: z.optional(z.enum(emptyForms)),
  /** How webhooks write money: the way the format writes a thousand. */
  moneyFormat: z.optional(z.enum(moneyFormats)),
  /** How many more times each webhook is sent, all at the same moment; true is once more. */
  duplicate: z.optional(z.union([z.boolean(), z.int().check(...within(0, MAX_COPIES))])),
  /** Holds each webhook of a record until the record's next one has been sent, at most a second. */
  reorder: z.optional(z.boolean()),
  /** Seconds from a write until search finds it; reads and COQL see it at once. */
  searchLagSeconds: z.optional(z.number().check(...within(0, MAX_LAG_SECONDS))),
});
export type SettingsWish = z.infer<typeof settingsWish>;
export type SandboxSettings = { [Key in keyof SettingsWish]-?: NonNullable<SettingsWish[Key]> };

const DEFAULTS: SandboxSettings = {
  emptyAs: '',
  moneyFormat: '1000',
  duplicate: false,
  reorder: false,
  searchLagSeconds: 0,
};

export type Settings = {
  now(): SandboxSettings;
  /** What the wish leaves out has its default again. */
  set(wish: SettingsWish): void;
};

const complete = (wish: SettingsWish, defaults: SandboxSettings): SandboxSettings => ({
  emptyAs: wish.emptyAs ?? defaults.emptyAs,
  moneyFormat: wish.moneyFormat ?? defaults.moneyFormat,
  duplicate: wish.duplicate ?? defaults.duplicate,
  reorder: wish.reorder ?? defaults.reorder,
  searchLagSeconds: wish.searchLagSeconds ?? defaults.searchLagSeconds,
});

/**
 * @param saved settings of an earlier life
 * @param start what this sandbox was started with: wins over what was saved, and is its default from now on
 */
export const createSettings = (saved: SettingsWish = {}, start: SettingsWish = {}): Settings => {
  const defaults = complete(start, DEFAULTS);
  let current = complete({ ...saved, ...start }, DEFAULTS);
  return {
    now: () => current,
    set(wish) {
      current = complete(wish, defaults);
    },
  };
};

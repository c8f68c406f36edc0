import * as z from 'zod/mini';

/** What the org has switched on; everything is off in a new one. */
export const orgStateSchema = z.object({
  /** When multi-currency was switched on, epoch milliseconds; it cannot be switched off. */
  multiCurrencySinceMs: z.optional(z.number()),
  /** Whether unique values of converted leads count as taken. */
  checksConverted: z.optional(z.boolean()),
});
type Switches = z.infer<typeof orgStateSchema>;

export type OrgState = {
  get(): Switches;
  set(switches: Switches): void;
};

export const createOrgState = (saved: Switches = {}, changed: () => void = () => {}): OrgState => {
  let current = saved;
  return {
    get: () => current,
    set(switches) {
      current = switches;
      changed();
    },
  };
};

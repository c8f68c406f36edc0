/** What those outside were told: the only promises there are. */
export type Ledger = {
  /** Answered 202, by submission id. */
  accepted: Map<string, { form: string; person: number; message: string; atMs: number }>;
  /** Webhook calls answered 200. */
  webhooks: Array<{ source: string; recordId: string; event: string | undefined; status: string; reason?: string }>;
  /** Visits whose page said connected. */
  connected: number;
  /** Everything that was sent in, whether or not anybody was told: nothing else may turn up in Zoho. */
  posted: Set<string>;
  edited: Map<string, number>;
};

export const createLedger = (): Ledger => ({
  accepted: new Map(),
  webhooks: [],
  connected: 0,
  posted: new Set(),
  edited: new Map(),
});

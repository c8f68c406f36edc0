export type LiveToken = { status: 'token'; value: string; apiDomain: string; grant: number; expiresAtMs: number };

export type TokenOutcome =
  | LiveToken
  /** Passes by itself; nobody's fault but the way to Zoho's. */
  | { status: 'wait'; code: string; retryAtMs: number }
  /** A person has to mend the connection. `grant`: the one that was refused; 0 when nobody has ever connected. */
  | { status: 'refused'; code: string; grant: number };

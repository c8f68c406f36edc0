/** What a room of the sandbox answers; the server sends it and keeps the books. */
export type SandboxAnswer = {
  status: number;
  headers: Record<string, string>;
  /** Empty for an answer without a body. */
  body: string;
  /** API credits the call cost. */
  credits: number;
  /** True when the answer carries a new access token. */
  minted?: boolean;
  /** Runs once the answer has left, or the connection was cut instead. */
  afterwards?: () => void;
};

export const jsonAnswer = (status: number, body: unknown, credits = 0): SandboxAnswer => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8', 'x-content-type-options': 'nosniff' },
  body: JSON.stringify(body),
  credits,
});

/** 204: nothing found, and no body to say so. */
export const emptyAnswer = (credits = 0): SandboxAnswer => ({ status: 204, headers: {}, body: '', credits });

/** 304: nothing was modified since the time that was asked for. */
export const notModifiedAnswer = (credits = 0): SandboxAnswer => ({ status: 304, headers: {}, body: '', credits });

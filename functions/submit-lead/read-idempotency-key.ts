/** Printable ASCII, which every HTTP library can send; at most as long as a UUID pair with room to spare. */
const KEY = /^[\x20-\x7e]{1,255}$/;

export type IdempotencyKey = { status: 'none' } | { status: 'given'; key: string } | { status: 'malformed' };

/** The `Idempotency-Key` header; an empty one is none. */
export const readIdempotencyKey = (headers: Record<string, string>): IdempotencyKey => {
  const key = (headers['idempotency-key'] ?? '').trim();
  if (key === '') return { status: 'none' };
  return KEY.test(key) ? { status: 'given', key } : { status: 'malformed' };
};

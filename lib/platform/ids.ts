import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: nothing to confuse when read aloud

/** 16 bytes or more as lower-case base 32 text, 26 characters for 16 bytes. */
const base32 = (bytes: Buffer): string => {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += ALPHABET[(value >>> (bits - 5)) & 31];
      bits -= 5;
      value &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
};

/** Makes an unguessable id; a port, so that tests can count instead. */
export type RandomId = () => string;
export const randomId: RandomId = () => base32(randomBytes(16));

/** An id of 26 characters that the same key and parts always give; parts cannot run into each other. */
export const keyedId = (key: string, ...parts: string[]): string =>
  base32(createHmac('sha256', key).update(JSON.stringify(parts)).digest().subarray(0, 16));

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares in constant time, whatever the lengths: digests give both sides one length. */
export const sameSecret = (received: string, expected: string): boolean =>
  timingSafeEqual(createHash('sha256').update(received).digest(), createHash('sha256').update(expected).digest());

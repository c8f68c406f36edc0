import { randomBytes } from 'node:crypto';

/** Zoho's record ids: 19 decimal digits, beyond what a JavaScript number holds, hence text everywhere. */
export type NextId = () => string;

const FIRST_ID = 5725767000000524001n;
const STEP = 3n; // Zoho's ids grow, but not by one: nobody should guess the next

export type IdCounter = { next: NextId; last(): string };

/** Counts on from `last`, the id given out last in an earlier life. */
export const createIdCounter = (last: string = String(FIRST_ID - STEP)): IdCounter => {
  let current = BigInt(last);
  return {
    next() {
      current += STEP;
      return String(current);
    },
    last: () => String(current),
  };
};

/** Ids of things that are part of the org itself: the same in every sandbox. */
export const fixedId = (offset: number): string => String(5725767000000000000n + BigInt(offset));

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Codes and tokens have one shape: `1000.`, 32 hex digits, a dot, 32 hex digits. */
export const randomToken = (): string => `1000.${hex(16)}.${hex(16)}`;

export const randomClientId = (): string =>
  `1000.${[...randomBytes(30)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[byte % 36]).join('')}`;

export const randomClientSecret = (): string => hex(21);

/** Chance that the same seed repeats: a schedule fixes what goes wrong, this fills in the milliseconds. */
export type Noise = {
  /** From 0 up to 1. */
  next(): number;
  /** Whole, both ends included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  /** 26 characters, as the ids of `lib/platform/ids`. */
  id(): string;
};

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** mulberry32: small, quick, and good enough to shuffle latencies. */
export const createNoise = (seed: number): Noise => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    id: () => Array.from({ length: 26 }, () => ALPHABET[Math.floor(next() * 32)]).join(''),
  };
};

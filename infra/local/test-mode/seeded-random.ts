/** A number from a text, so that each purpose can have draws of its own. */
const hash = (text: string): number => {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
};

/**
 * Numbers from 0 to 1 that are the same for the same seed and purpose. What one purpose draws does not move another's,
 * so a repeated run meets the same draws even where calls come in another order.
 */
export const seededRandom = (seed: number, purpose: string): (() => number) => {
  let state = (seed ^ hash(purpose)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const newSeed = (): number => Math.floor(Math.random() * 4_294_967_296);

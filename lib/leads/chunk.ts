/**
 * Parts of at most `max` items each, in order; Zoho takes 100 records a call ("Upsert Records").
 * @throws {RangeError} when `max` is no whole number from 1 on: parts of nothing would never come to an end
 */
export const chunk = <Item>(items: readonly Item[], max = 100): Item[][] => {
  if (!Number.isInteger(max) || max < 1) throw new RangeError('a chunk holds a whole number of items, at least one');
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += max) chunks.push(items.slice(at, at + max));
  return chunks;
};

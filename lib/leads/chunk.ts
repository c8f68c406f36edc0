/** Parts of at most `max` items each, in order; Zoho takes 100 records a call ("Upsert Records"). */
export const chunk = <Item>(items: readonly Item[], max = 100): Item[][] => {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += max) chunks.push(items.slice(at, at + max));
  return chunks;
};

export type Row = { pk: string; at: number };

const CHUNK = 1_000;
const compare = (a: Row, b: Row): number => a.at - b.at || (a.pk < b.pk ? -1 : a.pk > b.pk ? 1 : 0);

/** First place in a sorted list at which `holds` is true from there on. */
const firstWhere = <One>(list: readonly One[], holds: (one: One) => boolean): number => {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && holds(one)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** One partition of an index with up to a million rows: quick to add to, to take from, and to read from the front. */
export const createSortedRows = () => {
  const chunks: Row[][] = [];
  const chunkOf = (row: Row): number =>
    firstWhere(chunks, (chunk) => {
      const last = chunk.at(-1);
      return last !== undefined && compare(last, row) >= 0;
    });

  return {
    add: (row: Row): void => {
      const at = Math.min(chunkOf(row), Math.max(0, chunks.length - 1));
      const chunk = chunks[at];
      if (chunk === undefined) return void chunks.push([row]);
      const place = firstWhere(chunk, (one) => compare(one, row) >= 0);
      chunk.splice(place, 0, row);
      if (chunk.length > CHUNK) chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
    },
    remove: (row: Row): void => {
      const at = chunkOf(row);
      const chunk = chunks[at];
      if (chunk === undefined) return;
      const place = firstWhere(chunk, (one) => compare(one, row) >= 0);
      if (chunk[place]?.pk !== row.pk) return;
      chunk.splice(place, 1);
      if (chunk.length === 0) chunks.splice(at, 1);
    },
    /** Rows from `from` to `to`, both included, oldest first; at most `limit` behind `after`. */
    read: ({ from, to, limit, after }: { from: number; to: number; limit: number; after?: string }): Row[] => {
      const found: Row[] = [];
      let isBehind = after === undefined;
      const start = firstWhere(chunks, (chunk) => (chunk.at(-1)?.at ?? 0) >= from);
      for (let at = start; at < chunks.length; at += 1)
        for (const row of chunks[at] ?? []) {
          if (row.at < from) continue;
          if (row.at > to || found.length >= limit) return found;
          if (isBehind) found.push(row);
          else isBehind = row.pk === after;
        }
      return found;
    },
  };
};
export type SortedRows = ReturnType<typeof createSortedRows>;

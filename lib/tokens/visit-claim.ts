import type { Now } from '../platform/clock.ts';
import type { RandomId } from '../platform/ids.ts';
import { absent, anyOf, below, equals, type Table } from '../platform/table.ts';

/** A function that died in a visit is not waited for longer than it could have run. */
const VISIT_MS = 28_000;

/**
 * One visit at a time per connection: browsers load a page twice, and the second request must not learn from Zoho that
 * the code is used. One item per connection, kept beside its tokens.
 */
export const createVisitClaim = ({ table, now, randomId }: { table: Table; now: Now; randomId: RandomId }) => {
  const key = (connection: string): string => `visit#${connection}`;
  return {
    /** A receipt to end the visit with; undefined while another visit is on. */
    begin: async (connection: string): Promise<string | undefined> => {
      const owner = randomId();
      const nowMs = now();
      const begun = await table.update(
        key(connection),
        { set: { owner, untilMs: nowMs + VISIT_MS } },
        anyOf(absent('pk'), below('untilMs', nowMs)),
      );
      return begun.status === 'written' || begun.item?.owner === owner ? owner : undefined;
    },
    end: async (connection: string, owner: string): Promise<void> => {
      await table.update(key(connection), { set: { untilMs: 0 } }, equals('owner', owner));
    },
  };
};

import { exists, type Table } from '../../lib/platform/table.ts';
import { LANES_LIST } from '../../lib/work/lane.ts';

/**
 * Takes away the leases that a stack left behind when it ended: its workers ended with it, and waiting for their leases
 * to run out would leave the first leads after a start lying for half a minute. Only for tables nobody else uses.
 */
export const freeLanes = async (table: Table): Promise<void> => {
  let cursor: string | undefined;
  do {
    const page = await table.query({
      index: 'list',
      partition: LANES_LIST,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { pk } of page.rows)
      await table.update(pk, { remove: ['leaseOwner', 'leaseUntilMs'] }, exists('leaseOwner'));
    cursor = page.next;
  } while (cursor !== undefined);
};

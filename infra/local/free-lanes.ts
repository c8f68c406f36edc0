import { exists, type Table } from '../../lib/platform/table.ts';
import { readAllLanes } from '../../lib/work/all-lanes.ts';

/**
 * Takes away the leases that a stack left behind when it ended: its workers ended with it, and waiting for their leases
 * to run out would leave the first leads after a start lying for half a minute. Only for tables nobody else uses.
 */
export const freeLanes = async (table: Table): Promise<void> => {
  for (const { pk } of await readAllLanes(table))
    await table.update(pk, { remove: ['leaseOwner', 'leaseUntilMs'] }, exists('leaseOwner'));
};

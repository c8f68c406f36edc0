import type { Table } from '../platform/table.ts';
import { LANES_LIST, type Lane, laneAttributes } from './lane.ts';

/** Every lane there is, in no particular order. */
export const readAllLanes = async (table: Table): Promise<Lane[]> => {
  const pks: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.query({
      index: 'list',
      partition: LANES_LIST,
      ...(cursor === undefined ? {} : { cursor }),
    });
    pks.push(...page.rows.map(({ pk }) => pk));
    cursor = page.next;
  } while (cursor !== undefined);
  return (await table.getMany(pks)).map((item) => laneAttributes.parse(item));
};

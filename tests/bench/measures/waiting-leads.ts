import type { Item, Table } from '../../../lib/platform/table.ts';
import { connectionOf, type Source } from '../../../lib/sources/source.ts';
import { readSourceItem } from '../../../lib/sources/source-item.ts';
import { acceptSubmission } from '../../../lib/submissions/accept-submission.ts';
import { sourceKey } from '../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../support/memory-table.ts';
import { leadFields } from '../simulation/leads.ts';

/** Most writes of one transaction. */
const AT_ONCE = 100;

/**
 * Puts leads that are due onto a table, a hundred in a transaction: as if they had been accepted before anybody served
 * their lane.
 * @throws when the source is not applied, or the table refuses
 */
export const seedWaitingLeads = async (records: Table, source: Source, leads: number): Promise<void> => {
  const stored = await records.get(sourceKey(source.id));
  const settings = source.forms.contact;
  if (stored === undefined || settings === undefined) throw new Error(`${source.id} is not applied`);
  const { hmacKey } = readSourceItem(stored);
  const form = { source: source.id, connection: connectionOf(source), hmacKey, form: 'contact', settings };
  const accept = async (first: number): Promise<Item[]> => {
    const staging = createMemoryTable();
    const ports = { table: staging, now: Date.now, sleep: async () => undefined, random: Math.random };
    for (let index = first; index < Math.min(leads, first + AT_ONCE); index += 1)
      await acceptSubmission({ ...form, gatherMs: 0, files: 0, fields: leadFields(index) }, ports);
    return staging.items();
  };
  const put = async (items: Item[]): Promise<void> => {
    const { status } = await records.transact(items.map((item) => ({ put: item })));
    if (status !== 'written') throw new Error(`waiting leads could not be put onto the table: ${status}`);
  };
  let items = await accept(0);
  for (let next = AT_ONCE; items.length > 0; next += AT_ONCE) {
    // The emulator writes a hundred while the next hundred are made.
    const [made] = await Promise.all([accept(next), put(items)]);
    items = made;
  }
};

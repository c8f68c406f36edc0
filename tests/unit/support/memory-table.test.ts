import { createMemoryTable, type MemoryTable } from '../../support/memory-table.ts';
import { describeTable } from '../../support/table-contract.ts';

describeTable('the table in memory', async () => {
  const others = new Map<string, MemoryTable>();
  return { records: createMemoryTable('records', others), tokens: createMemoryTable('tokens', others) };
});

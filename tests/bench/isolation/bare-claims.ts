import { equals, type Table } from '../../../lib/platform/table.ts';

const CALLS = 10;
const PER_CALL = 100;

/**
 * Writes to the table what a lane's worker writes as it claims the first leads of ten full calls, and nothing else: ten
 * transactions of a hundred updates at once. What that does to others is the table's doing alone.
 */
export const writeBareClaims = async (records: Table, lane: string): Promise<void> => {
  const { rows } = await records.query({ index: 'work', partition: lane, limit: CALLS * PER_CALL });
  const claim = { state: 'sending', attempts: 1, claimOwner: 'bench', claimUntilMs: Date.now() + 30_000 };
  const calls = Array.from({ length: Math.ceil(rows.length / PER_CALL) }, (_, call) =>
    rows
      .slice(call * PER_CALL, (call + 1) * PER_CALL)
      .map(({ pk }) => ({ update: pk, change: { set: claim, remove: ['bell'] }, if: equals('state', 'pending') })),
  );
  const outcomes = await Promise.all(calls.map((writes) => records.transact(writes)));
  if (rows.length === 0 || outcomes.some(({ status }) => status !== 'written'))
    throw new Error('the waiting leads could not be written to');
};

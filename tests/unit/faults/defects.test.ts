import { describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../lib/platform/errors.ts';
import type { Send } from '../../../lib/platform/outbound.ts';
import type { Change, Table, Write } from '../../../lib/platform/table.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { createCoverage } from '../../support/faults/crash-points.ts';
import { runSchedule } from '../../support/faults/run-schedule.ts';
import type { Schedule } from '../../support/faults/schedule.ts';
import type { Defect } from '../../support/faults/world.ts';
import { calmSchedule } from './calm-schedule.ts';

/** The same world with the product as it is, and with one promise of it broken. */
const both = async (schedule: Schedule, defect: Defect): Promise<{ sound: string[]; broken: string }> => ({
  sound: (await runSchedule(schedule, { coverage: createCoverage() })).violations,
  broken: (await runSchedule(schedule, { coverage: createCoverage(), defect })).violations.join('\n'),
});

const claimsOrLeases = ({ set }: Change): boolean => set?.claimOwner !== undefined || set?.leaseOwner !== undefined;
const withoutCondition = (write: Write): Write => {
  if (!('update' in write) || !claimsOrLeases(write.change)) return write;
  const { if: _, ...rest } = write;
  return rest;
};

describe('the harness notices', () => {
  test('a worker that claims, or takes a lease, without a condition', async () => {
    const { sound, broken } = await both(calmSchedule({ doubled: 0.9 }), {
      records: (table, of) =>
        of !== 'deliver-leads'
          ? table
          : {
              ...table,
              update: (pk, change, condition) =>
                table.update(pk, change, claimsOrLeases(change) ? undefined : condition),
              transact: (writes) => table.transact(writes.map(withoutCondition)),
            },
    });
    expect(sound).toEqual([]);
    expect(broken).toMatch(/two calls to crm were in flight for one value|was inserted 2 times/);
  });

  test('an outcome that is written before the call', async () => {
    const deliveredAtOnce =
      (send: Send, records: Table): Send =>
      async (request, options) => {
        const body = request.url.includes('/crm/') ? await request.clone().text() : '';
        const { rows } = await records.query({ index: 'work', partition: connectionLane('demo') });
        for (const item of await records.getMany(rows.map(({ pk }) => pk)))
          if (item.state === 'sending' && body.includes(JSON.stringify(item.fields).match(/message-\d+/)?.[0] ?? '-'))
            await records.update(item.pk, { set: { state: 'delivered' }, remove: ['lane', 'dueAtMs'] });
        return send(request, options);
      };
    const schedule = calmSchedule({
      troubles: [{ target: 'crm', kind: 'refused', fromMs: 10_000, forMs: 20_000, rate: 0.6 }],
    });
    const { sound, broken } = await both(schedule, { send: deliveredAtOnce });
    expect(sound).toEqual([]);
    expect(broken).toMatch(/is 0 leads in Zoho|not what was sent last|is not in Zoho/);
  });

  test('a bell that is the only thing to wake a worker', async () => {
    const { sound, broken } = await both(calmSchedule({ lost: 0.9 }), { withoutTick: true });
    expect(sound).toEqual([]);
    expect(broken).toContain('ended pending');
  });

  test('a post that is acknowledged though the table did not take it', async () => {
    const acknowledging = (table: Table): Table => ({
      ...table,
      put: (item, condition) =>
        table.put(item, condition).catch((error: unknown) => {
          if (error instanceof PlatformError) return { status: 'written' as const };
          throw error;
        }),
    });
    const schedule = calmSchedule({
      troubles: [{ target: 'table', kind: 'unreachable', fromMs: 0, forMs: 60_000, rate: 0.3 }],
    });
    const { sound, broken } = await both(schedule, {
      records: (table, of) => (of === 'submit-lead' ? acknowledging(table) : table),
    });
    expect(sound).toEqual([]);
    expect(broken).toContain('an accepted submission of contact is not in the table');
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { createLeadsDriver } from '../../../../lib/leads/leads-driver.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { acceptSubmission } from '../../../../lib/submissions/accept-submission.ts';
import { newLane } from '../../../../lib/work/lane.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { countWriteUnits, sizeOf } from '../../../support/write-units.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/operating.md'), 'utf8');
const source = sourceSchema.parse({
  id: 'demo',
  forms: {
    contact: {
      fields: { Email: 'email', Last_Name: 'last_name', Description: 'message' },
      duplicateCheckFields: ['Email'],
    },
  },
});
const LANE = connectionLane('demo');

/** Write units each of `count` leads costs from acceptance to delivery, when they come together. */
const unitsPerLead = async (count: number): Promise<number> => {
  const clock = createVirtualClock();
  const memory = createMemoryTable();
  await memory.put(newLane(LANE, clock.now()));
  const { table, units } = countWriteUnits(memory);
  const ports = { table, now: clock.now, sleep: clock.sleep, random: () => 0.5, log: () => undefined };
  const settings = source.forms.contact;
  if (settings === undefined) throw new Error('no form');
  for (let n = 0; n < count; n += 1)
    await acceptSubmission(
      {
        source: 'demo',
        connection: 'demo',
        hmacKey: 'key',
        form: 'contact',
        settings,
        gatherMs: 2_000,
        files: 0,
        fields: { email: `wing-${n}@example.com`, last_name: 'Chan', message: 'x'.repeat(1_240), cdp_id: 'v-81' },
      },
      ports,
    );
  const driver = createLeadsDriver({
    ...ports,
    connection: 'demo',
    loadSource: async () => ({ source, version: 1, hmacKey: 'key', keys: [] }),
    tokens: {
      get: async () => ({
        status: 'token',
        value: 't',
        apiDomain: 'https://www.zohoapis.com',
        grant: 1,
        expiresAtMs: 0,
      }),
      invalidate: async () => undefined,
      forget: () => undefined,
    },
    send: async (request) => {
      const { data } = (await request.json()) as { data: unknown[] };
      const results = data.map(() => ({
        code: 'SUCCESS',
        action: 'insert',
        details: { id: '5725767000000524157' },
        status: 'success',
      }));
      return { status: 'answered', httpStatus: 200, headers: {}, body: JSON.stringify({ data: results }) };
    },
  });
  await clock.run(runLane(LANE, driver, { ...ports, randomId: () => 'w', remainingMs: () => 300_000 }));
  const leads = memory.items().filter(({ kind }) => kind === 'submission');
  expect(leads.map(({ state }) => state)).toEqual(Array.from({ length: count }, () => 'delivered'));
  expect(Math.max(...leads.map(sizeOf)) / 1024).toBeCloseTo(1.9, 1);
  return units() / count;
};

test.each([
  ['lead that travels alone', 1],
  ['lead, ten to a call', 10],
  ['lead of a backlog, a hundred to a call', 100],
])('the operating page says what a %s costs', async (title, count) => {
  const [, said] = new RegExp(`^\\| ${title} \\| ([\\d.]+) \\|`, 'm').exec(page) ?? [];
  expect((await unitsPerLead(count)).toFixed(1)).toBe(Number(said).toFixed(1));
});

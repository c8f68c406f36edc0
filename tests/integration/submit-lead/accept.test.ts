import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHandler } from '../../../functions/submit-lead/handler.ts';
import { sleep } from '../../../lib/platform/clock.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { submissionAttributes } from '../../../lib/submissions/submission-item.ts';
import { loadEvent } from '../../support/load-event.ts';
import { eventually } from '../../support/stack.ts';
import { startTestTables, type TestTables } from '../../support/test-tables.ts';
import { contactForm } from '../../unit/lib/submissions/contact-form.ts';

let tables: TestTables | undefined;
let table: Table;
let nowMs = 1_795_253_400_000;

beforeAll(async () => {
  tables = await startTestTables('submit-lead');
  table = tables.records;
});
afterAll(async () => tables?.close());

const post = async (body: Record<string, unknown>): Promise<{ status: number; id: string }> => {
  const source = sourceSchema.parse({ id: 'demo', forms: { contact: contactForm() } });
  const handler = createHandler({
    table,
    loadSource: async () => ({ source, version: 1, hmacKey: 'a-key', keys: [] }),
    now: () => nowMs,
    sleep,
    random: Math.random,
    log: () => {},
  });
  const answer = await handler({ ...loadEvent('submit-lead/valid-json'), body: JSON.stringify(body) });
  return { status: answer.statusCode, id: JSON.parse(answer.body ?? '').id };
};

test('what a form sends comes back from the table as it was sent, whatever its fields are called', async () => {
  const fields = {
    email: 'wing@example.com',
    message: 'Zoë 香港 😀\nline two',
    productinterest: ['Solar Panels', 'Batteries'],
    toString: 'a',
    hasOwnProperty: 'b',
    S: 'c',
    'with space & "quotes"': 'd',
    empty: '',
    none: [],
  };
  const { status, id } = await post({ ...fields, ['__proto__']: 'x', constructor: 'x' });
  expect(status).toBe(202);
  const item = submissionAttributes.parse(await table.get(`submission#${id}`));
  expect(item).toMatchObject({
    state: 'pending',
    lane: 'zoho#demo',
    bell: 'zoho#demo',
    dueAtMs: nowMs + 2_000,
    fields,
  });
  const { rows } = await eventually(
    () => table.query({ index: 'work', partition: 'zoho#demo' }),
    (page) => page.rows.length > 0,
  );
  expect(rows).toEqual([{ pk: `submission#${id}`, at: nowMs + 2_000 }]);
});

test('forty at once are one submission, and forty more ten minutes later are a second one', async () => {
  const body = { email: 'together@example.com', first_name: 'Wing' };
  const together = async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    return [...new Set(answers.map(({ id }) => id))];
  };
  const first = await together();
  nowMs += 10 * 60_000;
  const second = await together();
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(second).not.toEqual(first);
  for (const id of [...first, ...second])
    expect(await table.get(`submission#${id}`)).toMatchObject({ state: 'pending' });
});

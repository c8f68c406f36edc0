import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../../functions/receive-webhook/handler.ts';
import { readEventItem } from '../../../lib/events/event-item.ts';
import { sleep } from '../../../lib/platform/clock.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { attentionLane, destinationLane } from '../../../lib/work/lane-name.ts';
import { deliveryKey, eventKey } from '../../../lib/work/work-item.ts';
import { loadEvent } from '../../support/load-event.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { eventually } from '../../support/stack.ts';
import { startTestTables } from '../../support/test-tables.ts';

const source = sourceSchema.parse({
  id: 'demo',
  webhook: { exchangeRate: '0.1282', currency: 'USD' },
  destinations: {
    first: { type: 'webhook', url: 'https://hooks.example.com/first' },
    second: { type: 'webhook', url: 'https://hooks.example.com/second' },
  },
});

const NOW_MS = Date.now();
const ends: Array<() => Promise<void> | void> = [];
let table: Table;
let key: string;

beforeAll(async () => {
  const tables = await startTestTables('receive-webhook');
  ends.push(tables.close);
  table = tables.records;
  const applied = await applySource(source, {
    table,
    secrets: createMemorySecrets(),
    stage: 'test',
    now: Date.now,
    randomId,
  });
  key = applied.apiKey ?? '';
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/**
 * One instance of the function, as a cold start makes it. Its clock stands still: on a busy machine the patience that
 * sends a contended call to quarantine would end.
 */
const instance = () =>
  createHandler({
    table,
    loadSource: createSourceLoader({ table, now: Date.now, log: () => undefined }),
    now: () => NOW_MS,
    sleep,
    random: Math.random,
    randomId,
    log: () => undefined,
  });

/** The sample call about another record, with the key this source was given. */
const callAbout = (recordId: string, sample = 'valid'): APIGatewayProxyEventV2 => {
  const event = loadEvent(`receive-webhook/${sample}`);
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  return {
    ...event,
    rawQueryString: `api_key=${key}`,
    body: Buffer.from(body.replaceAll('5725767000000524157', recordId)).toString('base64'),
    isBase64Encoded: true,
  };
};
const statusOf = ({ body }: { body?: string | undefined }): string => JSON.parse(body ?? '{}').status;

describe('a status change in the real table', () => {
  test('that comes 200 times at once, to four instances, is one event with a delivery per destination', async () => {
    const instances = [instance(), instance(), instance(), instance()];
    const handlers = Array.from({ length: 200 }, (_, index) => instances[index % 4] ?? instance());
    const answers = await Promise.all(handlers.map((handler) => handler(callAbout('5725767000000000200'))));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(answers.filter((answer) => statusOf(answer) === 'recorded')).toHaveLength(1);
    expect(answers.filter((answer) => statusOf(answer) === 'unchanged')).toHaveLength(199);

    const id = 'demo-Leads-5725767000000000200-ConvertedLead-1';
    const stored = await table.get(eventKey(id));
    expect(readEventItem(stored ?? { pk: '' }).event).toMatchObject({ id, data: { amount: { value: '128.20' } } });
    for (const destination of ['first', 'second']) {
      const lane = destinationLane('demo', destination);
      expect(await table.get(deliveryKey(id, destination))).toMatchObject({ state: 'pending', lane, bell: lane });
      await eventually(
        () => table.query({ index: 'work', partition: lane }),
        ({ rows }) => rows.length === 1,
      );
    }
  });

  test('whose whole life is told at once counts each event once, whatever the order', async () => {
    const handler = instance();
    const statuses = ['Contacted', 'Pre-Qualified', 'Lost Lead', 'Not Qualified', 'Contacted', 'Pre-Qualified'];
    const calls = statuses.flatMap((status) => Array.from({ length: 5 }, () => status));
    const base = callAbout('5725767000000000300');
    const answers = await Promise.all(
      calls.map((status) => {
        const body = Buffer.from(base.body ?? '', 'base64')
          .toString('utf8')
          .replace('Pre-Qualified', status.replace(' ', '+'));
        return handler({ ...base, body: Buffer.from(body).toString('base64') });
      }),
    );
    for (const answer of answers) expect(['recorded', 'unchanged']).toContain(statusOf(answer));
    const idOf = (type: string, occurrence: number) => eventKey(`demo-Leads-5725767000000000300-${type}-${occurrence}`);
    for (const type of ['LeadContacted', 'ConvertedLead', 'LostLead']) {
      expect(await table.get(idOf(type, 1))).toBeDefined();
      expect(await table.get(idOf(type, 2))).toBeUndefined();
    }
  });

  test('that cannot be read waits for a person, with its bytes', async () => {
    const answer = await instance()(callAbout('5725767000000000400', 'unreadable'));
    expect(statusOf(answer)).toBe('quarantined');
    const { rows } = await eventually(
      () => table.query({ index: 'work', partition: attentionLane('demo') }),
      (page) => page.rows.length === 1,
    );
    expect(await table.get(rows[0]?.pk ?? '')).toMatchObject({
      kind: 'call',
      reason: 'unreadable_body',
      body: '{"lead_id":"5725767000000000400","cdp_id":"v-81","lead_status":"Pre-Qu',
      query: [],
    });
  });
});

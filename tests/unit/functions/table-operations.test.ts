import { beforeEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler as createReceiveWebhook } from '../../../functions/receive-webhook/handler.ts';
import { createHandler as createSubmitLead } from '../../../functions/submit-lead/handler.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { createLog } from '../../../lib/platform/log.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { postBy, statusChange } from '../../support/demo-events.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { createMemoryTable, type MemoryTable } from '../../support/memory-table.ts';
import { contactForm } from '../lib/submissions/contact-form.ts';

const NOW_MS = 1_795_253_400_000;
const source = sourceSchema.parse({
  id: 'demo',
  forms: { contact: contactForm() },
  webhook: { exchangeRate: '0.1282', currency: 'USD' },
  destinations: {
    inbox: { type: 'webhook', url: 'https://hooks.example.com/demo' },
    second: { type: 'webhook', url: 'https://other.example.com/demo' },
  },
});

type Operations = Partial<MemoryTable['counts']>;
let table: MemoryTable;
let apiKey: string;
let submit: (event: APIGatewayProxyEventV2) => Promise<Operations>;
let receive: (event: APIGatewayProxyEventV2) => Promise<Operations>;

/** What a request asks of the table; operations that were not used are left out. */
const counting =
  (handler: (event: APIGatewayProxyEventV2) => Promise<{ statusCode: number }>, expected: number) =>
  async (event: APIGatewayProxyEventV2): Promise<Operations> => {
    const before = { ...table.counts };
    expect((await handler(event)).statusCode).toBe(expected);
    const after = Object.entries(table.counts) as Array<[keyof Operations, number]>;
    return Object.fromEntries(after.map(([name, count]) => [name, count - before[name]]).filter(([, n]) => n !== 0));
  };

beforeEach(async () => {
  table = createMemoryTable();
  const now = () => NOW_MS;
  const applied = await applySource(source, { table, secrets: createMemorySecrets(), stage: 'test', now, randomId });
  apiKey = applied.apiKey ?? '';
  const log = createLog(() => undefined, now);
  const ports = { table, now, sleep: async () => undefined, random: () => 0.5, randomId, log };
  submit = counting(createSubmitLead({ ...ports, loadSource: createSourceLoader({ table, now, log }) }), 202);
  receive = counting(createReceiveWebhook({ ...ports, loadSource: createSourceLoader({ table, now, log }) }), 200);
});

describe('accepting a lead asks the table', () => {
  test('for the source once, and then writes once for each new lead', async () => {
    expect(await submit(postBy('first'))).toEqual({ get: 1, put: 1 });
    expect(await submit(postBy('second'))).toEqual({ put: 1 });
    expect(await submit(postBy('third'))).toEqual({ put: 1 });
  });

  test('for nothing but the refused write when it is sent again', async () => {
    await submit(postBy('first'));
    expect(await submit(postBy('first'))).toEqual({ put: 1 });
  });
});

describe('a webhook asks the table', () => {
  test('for one read and one transaction, however many destinations hear of it', async () => {
    expect(await receive(statusChange('Contacted', apiKey))).toEqual({ get: 2, transact: 1 }); // the source, once
    expect(await receive(statusChange('Pre-Qualified', apiKey))).toEqual({ get: 1, transact: 1 });
  });

  test('for one read, and writes nothing, when the status is what it was', async () => {
    await receive(statusChange('Contacted', apiKey));
    expect(await receive(statusChange('Contacted', apiKey))).toEqual({ get: 1 });
  });
});

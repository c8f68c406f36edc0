import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../../../functions/receive-webhook/handler.ts';
import { readEventItem } from '../../../../lib/events/event-item.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import { sha256Hex } from '../../../../lib/platform/ids.ts';
import { createLog } from '../../../../lib/platform/log.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import type { LoadedSource } from '../../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { loadEvent } from '../../../support/load-event.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const KEY = 'll_0123456789abcdefghjkmnpqrs';
const source = sourceSchema.parse({
  id: 'demo',
  webhook: { exchangeRate: '0.1282', currency: 'USD' },
  destinations: { inbox: { type: 'webhook', url: 'https://hooks.example.com/demo' } },
});
const loaded: LoadedSource = {
  source,
  version: 1,
  hmacKey: 'hmac',
  keys: [{ id: 'k1', sha256: sha256Hex(KEY), createdAtMs: 0 }],
};

const setUp = (port: Partial<Table> = {}) => {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  const lines: string[] = [];
  const asked: string[] = [];
  const handler = createHandler({
    table: { ...table, ...port },
    loadSource: async (id) => {
      asked.push(id);
      return id === 'demo' ? loaded : undefined;
    },
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    randomId: () => 'call-1',
    log: createLog((line) => lines.push(line), clock.now),
  });
  const send = async (event: APIGatewayProxyEventV2) => {
    const answer = await clock.run(handler(event));
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? 'null') };
  };
  const events = () =>
    table
      .items()
      .filter(({ kind }) => kind === 'event')
      .map((item) => readEventItem(item).event);
  return { send, table, events, lines, asked, clock, handler };
};

describe('a webhook from Zoho', () => {
  test.each(['valid', 'labels', 'json', 'broken-json', 'multipart', 'query'])(
    'as in the sample %s is recorded as one event',
    async (name) => {
      const { send, events } = setUp();
      expect(await send(loadEvent(`receive-webhook/${name}`))).toMatchObject({
        status: 200,
        body: { status: 'recorded' },
      });
      expect(events()).toMatchObject([
        {
          id: 'demo-Leads-5725767000000524157-ConvertedLead-1',
          type: 'ConvertedLead',
          data: { cdpId: 'v-81', status: 'Pre-Qualified', amount: { value: '128.20', currency: 'USD' } },
        },
      ]);
    },
  );

  test('about a deal carries its amount and the time of its change', async () => {
    const { send, events } = setUp();
    expect((await send(loadEvent('receive-webhook/deal'))).body).toEqual({ status: 'recorded' });
    expect(events()).toMatchObject([
      {
        type: 'WonDeal',
        timestamp: '2026-11-21T09:25:00.000Z',
        data: { module: 'Deals', amount: { value: '1602.50', sourceValue: '12500.00' } },
      },
    ]);
  });

  test('sent twice is unchanged the second time', async () => {
    const { send } = setUp();
    await send(loadEvent('receive-webhook/valid'));
    expect(await send(loadEvent('receive-webhook/valid'))).toMatchObject({
      status: 200,
      body: { status: 'unchanged' },
    });
  });

  test.each([
    ['no-cdp-id', 200, { status: 'ignored', reason: 'no_cdp_id' }],
    ['unreadable', 200, { status: 'quarantined', reason: 'unreadable_body' }],
  ])('%s answers %d', async (name, status, body) => {
    expect(await setUp().send(loadEvent(`receive-webhook/${name}`))).toMatchObject({ status, body });
  });

  test('without any parameter is refused; the key is none', async () => {
    expect(await setUp().send(loadEvent('receive-webhook/no-parameters'))).toMatchObject({
      status: 400,
      body: { error: { code: 'no_parameters' } },
    });
  });

  test.each([[''], [' \n'], ['&'], ['&&'], ['{}']])(
    'a body of nothing (%j) holds no parameter either',
    async (body) => {
      const event = loadEvent('receive-webhook/no-parameters');
      expect(await setUp().send({ ...event, body, isBase64Encoded: false })).toMatchObject({ status: 400 });
    },
  );

  test('the answer and the log repeat nothing that was sent, and no key', async () => {
    const { send, lines } = setUp();
    const { headers, body } = await send(loadEvent('receive-webhook/valid'));
    expect(headers['x-content-type-options']).toBe('nosniff');
    for (const text of ['wing@example.com', 'Wing', '+85251234567', KEY, 'v-81', 'Pre-Qualified']) {
      expect(JSON.stringify(body)).not.toContain(text);
      expect(lines.join('\n')).not.toContain(text);
    }
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ message: 'webhook.judged', outcome: 'recorded' }),
    );
  });
});

describe('the key', () => {
  const withQuery = (
    rawQueryString: string,
    headers: Record<string, string> = {},
    sourceId = 'demo',
  ): APIGatewayProxyEventV2 => {
    const event = loadEvent('receive-webhook/valid');
    return {
      ...event,
      rawQueryString,
      headers: { ...event.headers, ...headers },
      pathParameters: { source: sourceId },
    };
  };

  test('may come in the header instead', async () => {
    expect((await setUp().send(withQuery('', { 'x-api-key': KEY }))).status).toBe(200);
    expect((await setUp().send(withQuery(`api_key=${KEY}`, { 'x-api-key': KEY }))).status).toBe(200);
  });

  test.each<[string, APIGatewayProxyEventV2]>([
    ['missing', withQuery('')],
    ['empty', withQuery('api_key=')],
    ['wrong', withQuery('api_key=ll_wrong')],
    ['given twice', withQuery(`api_key=${KEY}&api_key=${KEY}`)],
    ['right in the query, wrong in the header', withQuery(`api_key=${KEY}`, { 'x-api-key': 'll_wrong' })],
    ['in Authorization', withQuery('', { authorization: `Bearer ${KEY}` })],
    ['for a source nobody knows', withQuery(`api_key=${KEY}`, {}, 'other')],
    ['for an id that is none', withQuery(`api_key=${KEY}`, {}, 'DEMO!')],
  ])('%s answers 401, the same each time, and keeps nothing', async (_, event) => {
    const { send, table } = setUp();
    const { status, body } = await send(event);
    expect([status, body.error.code]).toEqual([401, 'unauthorized']);
    expect(body).toEqual((await setUp().send(withQuery(''))).body);
    expect(table.items()).toEqual([]);
  });

  test('an id that is none asks the table nothing', async () => {
    const { send, asked } = setUp();
    await send(withQuery(`api_key=${KEY}`, {}, '../demo'));
    expect(asked).toEqual([]);
  });
});

test.each([['wing.chan@example.com'], ['Wing Chan'], ['ll_not-a-source']])(
  'a path that names no source (%s) leaves no trace in the log',
  async (path) => {
    const { send, lines } = setUp();
    const event = loadEvent('receive-webhook/valid');
    expect(await send({ ...event, pathParameters: { source: path } })).toMatchObject({ status: 401 });
    expect(lines.join()).toContain('http.answered');
    expect(lines.join().toLowerCase()).not.toMatch(/wing|chan|not-a-source/);
  },
);

test('a table that cannot be reached is a 500 with the request id and nothing else', async () => {
  const { send } = setUp({ get: () => Promise.reject(new PlatformError('table.unreachable', 'secret detail')) });
  const { status, body } = await send(loadEvent('receive-webhook/valid'));
  expect(status).toBe(500);
  expect(body.error.message).toContain(loadEvent('receive-webhook/valid').requestContext.requestId);
  expect(JSON.stringify(body)).not.toContain('secret detail');
});

test('200 concurrent duplicates of one webhook make one event and one delivery', async () => {
  const { handler, table, events, clock } = setUp();
  const answers = await clock.run(
    Promise.all(Array.from({ length: 200 }, () => handler(loadEvent('receive-webhook/valid')))),
  );
  const statuses = answers.map(({ statusCode, body }) => `${statusCode} ${JSON.parse(body ?? '{}').status}`);
  expect(statuses.filter((status) => status === '200 recorded')).toHaveLength(1);
  expect(statuses.filter((status) => status === '200 unchanged')).toHaveLength(199);
  expect(events()).toHaveLength(1);
  expect(table.items().filter(({ kind }) => kind === 'delivery')).toHaveLength(1);
});

import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { createHandler as createConnectZoho } from '../../../functions/connect-zoho/handler.ts';
import { createHandler as createReceiveWebhook } from '../../../functions/receive-webhook/handler.ts';
import { createHandler as createSubmitLead } from '../../../functions/submit-lead/handler.ts';
import { isTextType } from '../../../infra/local/gateway-event.ts';
import { readStoredCall, replayCall } from '../../../lib/events/replay-call.ts';
import { toZohoRecord } from '../../../lib/mapping/to-zoho-record.ts';
import type { Answer } from '../../../lib/platform/http.ts';
import { sha256Hex } from '../../../lib/platform/ids.ts';
import { createLog } from '../../../lib/platform/log.ts';
import type { LoadSource } from '../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { submissionAttributes } from '../../../lib/submissions/submission-item.ts';
import { brokenPromises } from '../../support/answer-contract.ts';
import {
  fuzzed,
  type HostileBody,
  hostileBody,
  hostileHeaders,
  hostileQuery,
  hostileText,
  MARK,
} from '../../support/fuzz.ts';
import { loadEvent } from '../../support/load-event.ts';
import { createMemoryTable } from '../../support/memory-table.ts';
import { strictTable } from '../../support/strict-table.ts';
import { contactForm } from '../lib/submissions/contact-form.ts';

const NOW = 1_795_253_400_000;
const KEY = 'll_0123456789abcdefghjkmnpqrs';
const source = sourceSchema.parse({
  id: 'demo',
  forms: {
    contact: contactForm({ redirect: 'http://127.0.0.1:4402/thanks' }),
    beacon: contactForm({ textPlain: true }),
  },
  webhook: { exchangeRate: '0.1282', currency: 'USD', count: 'every', extra: ['industry'] },
  destinations: { inbox: { type: 'webhook', url: 'https://hooks.example.com/demo' } },
});
const loadSource: LoadSource = async (id) =>
  id === 'demo'
    ? { source, version: 1, hmacKey: 'hmac', keys: [{ id: 'k1', sha256: sha256Hex(KEY), createdAtMs: 0 }] }
    : undefined;

const setUp = () => {
  const lines: string[] = [];
  const table = strictTable(createMemoryTable());
  const common = {
    table,
    loadSource,
    now: () => NOW,
    sleep: async () => {},
    random: () => 0.5,
    log: createLog(
      (line) => lines.push(line),
      () => NOW,
    ),
  };
  return { lines, table, common };
};

type Sent = { headers: Record<string, string>; query: string; path: Record<string, string>; body?: HostileBody };
/** As the gateway hands it over: text as text, everything else as base 64. */
const eventOf = (sample: string, { headers, query, path, body }: Sent): APIGatewayProxyEventV2 => {
  const { body: _, ...event } = loadEvent(sample);
  const isText = isTextType(body?.type);
  return {
    ...event,
    headers: { ...headers, ...(body?.type === undefined ? {} : { 'content-type': body.type }) },
    rawQueryString: query,
    pathParameters: path,
    ...(body === undefined || body.bytes.length === 0
      ? { isBase64Encoded: false }
      : { body: body.bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }),
  };
};

/** What no answer may do, whatever was sent. */
const problemsOf = (answer: Answer, lines: string[], isDamaged: boolean): string[] => {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const unsendable = Object.values(headers).filter((value) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value));
  // Of a damaged body a value may have become a name, and names that are too long are repeated.
  const repeats = !isDamaged && `${answer.body} ${Object.values(headers).join(' ')}`.includes(MARK);
  return [
    ...brokenPromises({ status: answer.statusCode, headers, body: answer.body ?? '' }),
    ...unsendable.map(() => 'a header that cannot be sent'),
    ...(repeats ? ['a value that was sent comes back'] : []),
    ...(lines.some((line) => line.includes(MARK)) ? ['a value in a log line'] : []),
    ...(lines.some((line) => line.includes('"level":"error"')) ? ['an error in the log'] : []),
  ];
};

const FORM_FIELDS = [
  'email',
  'first_name',
  'last_name',
  'phone',
  'message',
  'productinterest',
  'cdp_id',
  'gclid',
  'utm_source',
  'website',
  'started_at',
  'submission_id',
] as const;
const HOOK_FIELDS = [
  'lead_id',
  'lead_status',
  'cdp_id',
  'annual_revenue',
  'modified_by',
  'modified_time',
  'module',
  'deal_id',
  'stage',
  'amount',
  'first_name',
  'email',
  'industry',
  'gclid',
  'Lead Status',
] as const;
const pathOf = fc.record({
  source: fc.oneof({ weight: 6, arbitrary: fc.constant('demo') }, { weight: 1, arbitrary: hostileText }),
  form: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('contact', 'beacon') }, { weight: 1, arbitrary: hostileText }),
});
const keyedQuery = (query: string, isKeyed: boolean): string => (isKeyed ? `api_key=${KEY}&${query}` : query);

describe('whatever is sent', () => {
  test('a form post is answered as promised, and what was accepted is kept whole', async () => {
    const sent = fc.record({
      headers: hostileHeaders,
      query: hostileQuery(FORM_FIELDS),
      path: pathOf,
      body: hostileBody(FORM_FIELDS, [['email', 'wing@example.com']]),
    });
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(sent, fc.constantFrom('POST', 'POST', 'POST', 'OPTIONS'), async (one, method) => {
        const { common, lines, table } = setUp();
        const event = eventOf('submit-lead/valid', one);
        event.requestContext.http.method = method;
        const answer = await createSubmitLead(common)(event);
        seen.set(answer.statusCode, (seen.get(answer.statusCode) ?? 0) + 1);
        expect(problemsOf(answer, lines, one.body.isDamaged)).toEqual([]);
        expect([200, 202, 204, 303, 400, 404, 413, 415, 422]).toContain(answer.statusCode);
        const isTaken = method === 'POST' && answer.statusCode < 400;
        expect(table.items()).toHaveLength(isTaken ? 1 : 0);
        const form = source.forms[one.path.form];
        for (const item of isTaken ? table.items() : [])
          expect(form && toZohoRecord(form, submissionAttributes.parse(item).fields)).toBeDefined();
        for (const { fields } of table.items())
          expect(JSON.stringify(Object.values(fields ?? {}))).not.toMatch(/\\u00(?!0[9a])[01]/);
      }),
      fuzzed(1_200),
    );
    // A fuzz that only ever met one refusal has tried nothing.
    for (const status of [202, 400, 404, 415, 422]) expect(seen.get(status) ?? 0).toBeGreaterThan(0);
  });

  test('a webhook call is answered as promised, and what could not be read is kept', async () => {
    const sent = fc.record({
      headers: hostileHeaders,
      query: fc
        .tuple(hostileQuery([...HOOK_FIELDS, 'api_key']), fc.nat(4))
        .map(([query, dice]) => keyedQuery(query, dice > 0)),
      path: pathOf,
      body: hostileBody(HOOK_FIELDS, [
        ['lead_id', '5725767000000524157'],
        ['lead_status', 'Contacted'],
        ['cdp_id', 'v-81'],
      ]),
    });
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(sent, async (one) => {
        const { common, lines, table } = setUp();
        const answer = await createReceiveWebhook({ ...common, randomId: () => 'call-1' })(
          eventOf('receive-webhook/valid', one),
        );
        const body = JSON.parse(answer.body ?? '');
        const name = `${answer.statusCode} ${body.status ?? body.error.code}`;
        seen.set(name, (seen.get(name) ?? 0) + 1);
        expect(problemsOf(answer, lines, false)).toEqual([]);
        expect(name).toMatch(/^(200 (recorded|unchanged|ignored|quarantined)|400 no_parameters|401 unauthorized)$/);
        const kinds = table.items().map(({ kind, pk }) => kind ?? pk.split('#')[0]);
        for (const item of body.status === 'quarantined' ? table.items() : []) {
          // What was kept says the same when it is tried again: nothing of it was lost on the way into the table.
          const again = await replayCall(readStoredCall(item), source, common);
          expect(again).toEqual({ status: 'quarantined', reason: body.reason });
        }
        if (body.status === 'quarantined') expect(kinds).toEqual(['call']);
        else if (body.status === 'recorded')
          expect(kinds).toEqual(body.reason === undefined ? ['status', 'event', 'delivery'] : ['status']);
        else expect(kinds).toEqual([]);
      }),
      fuzzed(1_200),
    );
    for (const name of ['200 recorded', '200 ignored', '200 quarantined', '401 unauthorized'])
      expect(seen.get(name) ?? 0).toBeGreaterThan(0);
  });

  test('a connect visit is answered as promised, and no code is used that nobody meant to use', async () => {
    const sent = fc.record({
      headers: hostileHeaders,
      query: fc
        .tuple(hostileQuery(['api_key', 'zoho_code']), fc.nat(4))
        .map(([query, dice]) => keyedQuery(query, dice > 0)),
      path: pathOf,
    });
    const codes: string[] = [];
    await fc.assert(
      fc.asyncProperty(sent, fc.constantFrom('GET', 'GET', 'HEAD'), async (one, method) => {
        const { common, lines } = setUp();
        const event = eventOf('connect-zoho/steps', one);
        event.requestContext.http.method = method;
        const before = codes.length;
        const answer = await createConnectZoho({
          ...common,
          publicUrl: 'https://api.example.com',
          extraHosts: { accounts: [], api: [] },
          connect: async (_, code) => {
            codes.push(code);
            return { status: 'refused', code: 'expired_or_used' };
          },
        })(event);
        expect(problemsOf(answer, lines, false)).toEqual([]);
        expect([200, 204, 400, 401]).toContain(answer.statusCode);
        expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
        if (codes.length > before) expect([method, answer.statusCode]).toEqual(['GET', 400]);
      }),
      fuzzed(600),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.every((code) => code.length <= 512 && code.trim() !== '')).toBe(true);
  });
});

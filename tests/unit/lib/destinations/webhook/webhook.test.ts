import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { openDestination } from '../../../../../lib/destinations/registry.ts';
import { signWebhook } from '../../../../../lib/destinations/webhook/signing.ts';
import type { TrackingEvent } from '../../../../../lib/events/tracking-event.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SETTINGS = { type: 'webhook', url: 'https://hooks.example.com/leads' } as const;
const EVENT: TrackingEvent = {
  id: 'demo-Leads-5725767000000524157-ConvertedLead-1',
  type: 'ConvertedLead',
  timestamp: '2026-11-21T09:30:00.000Z',
  data: {
    source: 'demo',
    module: 'Leads',
    recordId: '5725767000000524157',
    cdpId: 'v-81',
    status: 'Pre-Qualified',
    occurrence: 1,
    amount: { value: '128.20', currency: 'USD', sourceValue: '1000', exchangeRate: '0.1282' },
    person: { firstName: 'Zoë', lastName: '“Test”' },
    extra: {},
  },
};

const open = (credentials: unknown = { signingSecret: SECRET }) => {
  const opened = openDestination(SETTINGS, credentials);
  if (opened.status !== 'ready') throw new Error(opened.code);
  return opened.destination;
};

describe('the signature', () => {
  test.each([
    [
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'msg_01J9ZK3T',
      1791966600,
      '{"type":"lead.converted","timestamp":"2026-10-14T08:30:00Z","data":{"lead_id":"5725767000000524157","cdp_id":"v_01J9","event":"ConvertedLead","value":1250.5,"currency":"USD"}}',
      'v1,1xBSUlmiUpqAUtcC/qxq0GRCcPJKgfTSibsLhWtcftI=',
    ],
    [
      'msg_utf8',
      1791966600,
      '{"type":"lead.converted","data":{"name":"Zoë"}}',
      'v1,omG+7JHz4jSTvgDSuhe0qEKRFF6MQUbEcUOrcMxdI9o=',
    ],
  ])('of %s is the published one', (id, timestampSeconds, body, signature) => {
    expect(signWebhook(SECRET, id, timestampSeconds, body)).toBe(signature);
  });

  test('satisfies the Standard Webhooks library over the bytes that are sent', async () => {
    const request = open().request([EVENT], Date.now());
    const body = await request.text();
    expect(new Webhook(SECRET).verify(body, Object.fromEntries(request.headers))).toEqual(EVENT);
    expect(() =>
      new Webhook(SECRET).verify(body.replace('128.20', '999.99'), Object.fromEntries(request.headers)),
    ).toThrow();
  });
});

describe('the request', () => {
  const atMs = Date.parse('2026-11-21T10:00:00.900Z');

  test('is one POST of the event, named by its id', async () => {
    const request = open().request([EVENT], atMs);
    expect([request.method, request.url, request.redirect]).toEqual(['POST', SETTINGS.url, 'manual']);
    expect(Object.fromEntries(request.headers)).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': EVENT.id,
      'webhook-timestamp': String(Math.floor(atMs / 1000)),
    });
    expect(await request.json()).toEqual(EVENT);
  });

  test('a later attempt keeps id and body, and signs its own time', async () => {
    const [first, second] = [open().request([EVENT], atMs), open().request([EVENT], atMs + 60_000)];
    expect(second.headers.get('webhook-id')).toBe(first.headers.get('webhook-id'));
    expect(second.headers.get('webhook-timestamp')).not.toBe(first.headers.get('webhook-timestamp'));
    expect(second.headers.get('webhook-signature')).not.toBe(first.headers.get('webhook-signature'));
    expect(await second.text()).toBe(await first.text());
  });

  test('an event never gets too old for it', () => {
    expect(open().unsendable(EVENT, atMs + 400 * 86_400_000)).toBeUndefined();
  });
});

test.each([
  undefined,
  {},
  { signingSecret: 'secret' },
  { signingSecret: 'whsec_c2hvcnQ=' },
  { signingSecret: `${SECRET}!` },
  'whsec',
])('without a usable secret nothing is sent: %j', (credentials) => {
  expect(openDestination(SETTINGS, credentials)).toEqual({ status: 'refused', code: 'signing_secret_missing' });
});

describe('an answer', () => {
  const NOW = Date.parse('2026-11-21T09:30:00Z');
  const read = (httpStatus: number, headers: Record<string, string> = {}) =>
    open().readAnswer({ httpStatus, headers, body: '<html>' }, [EVENT], NOW);

  test.each([200, 201, 202, 204])('%d is delivered', (status) => {
    expect(read(status)).toEqual({ status: 'answered', outcomes: [{ status: 'delivered' }] });
  });

  test.each([400, 409, 413, 415, 422])("%d is this event's, and passes maybe", (status) => {
    expect(read(status)).toEqual({ status: 'answered', outcomes: [{ status: 'retry', code: `http_${status}` }] });
  });

  test.each([301, 302, 304, 307, 308, 401, 403, 404, 405])("%d is the endpoint's: no event is charged", (status) => {
    expect(read(status)).toEqual({ status: 'lane_fault', code: `http_${status}`, maybeSent: false });
  });

  test.each([500, 501, 503])("%d is the endpoint's, and it may have acted", (status) => {
    expect(read(status)).toEqual({ status: 'lane_fault', code: `http_${status}`, maybeSent: true });
  });

  test.each([429, 502, 503, 504])('%d with Retry-After waits as long as it says', (status) => {
    expect(read(status, { 'retry-after': '90' })).toMatchObject({ status: 'lane_fault', afterMs: 90_000 });
    expect(read(status, { 'retry-after': 'Sat, 21 Nov 2026 09:31:00 GMT' })).toMatchObject({ afterMs: 60_000 });
  });

  test('410 wants no more: the lane is parked', () => {
    expect(read(410)).toEqual({ status: 'connection_fault', code: 'http_410' });
  });
});

import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createFaults } from '../../../../../infra/local/pages/faults.ts';
import { createInbox } from '../../../../../infra/local/pages/inbox.ts';
import { createRoutes } from '../../../../../infra/local/pages/routes.ts';

const GATEWAY = 'http://127.0.0.1:4400';
const SECRET = `whsec_${Buffer.from('a signing secret for tests only!').toString('base64')}`;
const NOW = 1_795_253_400_000;

const setUp = () => {
  const inbox = createInbox({ now: () => NOW });
  const route = createRoutes({
    links: { gateway: GATEWAY, sandbox: 'http://127.0.0.1:4401' },
    formAction: `${GATEWAY}/sources/demo/forms/contact`,
    inbox,
    faults: createFaults(),
    signingSecret: (source) => (source === 'demo' ? SECRET : undefined),
  });
  const ask = (method: string, path: string, body = '', headers: Record<string, string> = {}) =>
    Promise.resolve(route({ method, path, headers, body: Buffer.from(body) }));
  const deliver = (id: string, body: string, { secret = SECRET, source = 'demo', at = new Date() } = {}) =>
    ask('POST', `/hooks/${source}`, body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    });
  const events = async () => JSON.parse((await ask('GET', '/events')).body ?? '');
  return { ask, deliver, events };
};

const converted = JSON.stringify({
  id: 'demo-1',
  type: 'ConvertedLead',
  timestamp: '2026-11-21T09:30:00.000Z',
  data: {
    cdpId: 'v-81',
    status: 'Pre-Qualified',
    amount: { value: '128.20', currency: 'USD', sourceValue: '1000', exchangeRate: '0.1282' },
  },
});

describe('every page', () => {
  test.each([['/'], ['/form'], ['/thanks'], ['/inbox']])(
    '%s has language, title, viewport and a policy that loads nothing from elsewhere',
    async (path) => {
      const { ask } = setUp();
      const { statusCode, headers, body = '' } = await ask('GET', path);
      expect(statusCode).toBe(200);
      expect(body).toContain('<html lang="en">');
      expect(body).toMatch(/<title>[^<]+<\/title>/);
      expect(body).toContain('name="viewport"');
      expect(body).not.toMatch(/(src|srcset)=|<link rel="stylesheet"/);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    },
  );

  test('the start page links the form, the CRM and the inbox, in four steps', async () => {
    const { body = '' } = await setUp().ask('GET', '/');
    for (const link of ['/form', '/inbox', '/events', 'http://127.0.0.1:4401'])
      expect(body).toContain(`href="${link}"`);
    expect(body.match(/<li><h2>/g)).toHaveLength(4);
  });
});

describe('the form', () => {
  test('posts every field of the contract to the gateway by itself', async () => {
    const { headers, body = '' } = await setUp().ask('GET', '/form');
    expect(body).toContain(`method="post" action="${GATEWAY}/sources/demo/forms/contact"`);
    const names = new Set([...body.matchAll(/ name="([a-z_]+)"/g)].map(([, name]) => name));
    names.delete('viewport');
    expect([...names].sort()).toEqual(
      [
        'first_name',
        'last_name',
        'email',
        'phone',
        'company',
        'productinterest',
        'message',
        'country',
        'cdp_id',
        'gclid',
        'gbraid',
        'wbraid',
        'fbclid',
        'ttclid',
        'msclkid',
        'li_fat_id',
        'website',
      ].sort(),
    );
    expect(body).toContain('type="email"');
    expect(headers['content-security-policy']).toContain(`form-action 'self' ${GATEWAY}`);
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ${GATEWAY}`);
  });

  test('labels every field people fill in', async () => {
    const { body = '' } = await setUp().ask('GET', '/form');
    const ids = [...body.matchAll(/<(?:input|textarea) id="([a-z_]+)"/g)].map(([, id]) => id ?? '');
    expect(ids.length).toBeGreaterThan(6);
    for (const id of ids) expect(body).toContain(`<label for="${id}">`);
  });
});

describe('the inbox', () => {
  test('lists an event once, however often it is delivered, and counts the deliveries', async () => {
    const { deliver, events } = setUp();
    expect((await deliver('demo-1', converted)).statusCode).toBe(200);
    await deliver('demo-2', JSON.stringify({ type: 'LostLead', data: {} }));
    await deliver('demo-1', converted);
    expect(await events()).toEqual([
      {
        id: 'demo-1',
        type: 'ConvertedLead',
        receivedAtMs: NOW,
        verified: true,
        attempts: 2,
        body: JSON.parse(converted),
      },
      {
        id: 'demo-2',
        type: 'LostLead',
        receivedAtMs: NOW,
        verified: true,
        attempts: 1,
        body: { type: 'LostLead', data: {} },
      },
    ]);
  });

  const long = 6 * 60_000;
  test.each([
    ['another secret', { secret: `whsec_${Buffer.from('some other secret for tests only').toString('base64')}` }],
    ['a source without a secret', { source: 'other' }],
    ['a signature made too long ago', { at: new Date(Date.now() - long) }],
    ['a signature from the future', { at: new Date(Date.now() + long) }],
  ])('refuses %s, and shows it as not verified', async (_, options) => {
    const { deliver, events, ask } = setUp();
    expect((await deliver('demo-1', converted, options)).statusCode).toBe(401);
    expect(await events()).toMatchObject([{ id: 'demo-1', verified: false, attempts: 1 }]);
    expect((await ask('GET', '/inbox')).body).toContain('Signature not verified');
  });

  test('a body changed on its way is not verified', async () => {
    const { ask } = setUp();
    const at = new Date();
    const headers = {
      'webhook-id': 'demo-1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('demo-1', at, converted),
    };
    expect((await ask('POST', '/hooks/demo', converted.replace('128.20', '999.00'), headers)).statusCode).toBe(401);
  });

  test('an event is verified with the secret of the source that sent it, whatever address it came to', async () => {
    const { deliver, events } = setUp();
    const body = JSON.stringify({ id: 'demo-9', type: 'WonDeal', data: { source: 'demo' } });
    await deliver('demo-9', body, { source: 'elsewhere' });
    await deliver('demo-10', body.replace('"demo"', '"other"'), { source: 'elsewhere' });
    expect(await events()).toMatchObject([
      { id: 'demo-9', verified: true },
      { id: 'demo-10', verified: false },
    ]);
  });

  test('a forged repeat takes nobody’s place', async () => {
    const { deliver, events } = setUp();
    await deliver('demo-1', '{"type":"WonDeal"}', { source: 'other' });
    await deliver('demo-1', converted);
    await deliver('demo-1', '{"type":"WonDeal"}', { source: 'other' });
    expect(await events()).toMatchObject([
      { type: 'ConvertedLead', verified: true, attempts: 3, body: { id: 'demo-1' } },
    ]);
  });

  test('a delivery without an id is refused and not listed', async () => {
    const { ask, events } = setUp();
    expect((await ask('POST', '/hooks/demo', converted)).statusCode).toBe(400);
    expect(await events()).toEqual([]);
  });

  test('shows the amount, and markup in an event as text', async () => {
    const { deliver, ask } = setUp();
    await deliver('demo-1', converted.replace('v-81', '<script>alert(1)</script>'));
    await deliver('demo-2', 'not json <b>');
    const { body = '' } = await ask('GET', '/inbox');
    expect(body).toContain('128.20 USD');
    expect(body).toContain('from 1000 × 0.1282');
    expect(body).toContain('Signature verified');
    expect(body).not.toContain('<script>alert');
    expect(body).not.toContain('<b>');
  });

  test('fails as often as it is told, then takes the event and counts what it refused', async () => {
    const { ask, deliver, events } = setUp();
    expect((await ask('POST', '/inbox/faults', '{"status":503,"times":2}')).statusCode).toBe(200);
    expect((await deliver('demo-1', converted)).statusCode).toBe(503);
    expect((await deliver('demo-1', converted)).statusCode).toBe(503);
    expect(await events()).toEqual([]);
    expect((await deliver('demo-1', converted)).statusCode).toBe(200);
    expect(await events()).toMatchObject([{ attempts: 3, verified: true }]);
  });

  test('fails until it is told to stop', async () => {
    const { ask, deliver } = setUp();
    await ask('POST', '/inbox/faults', '{"status":500,"times":0}');
    for (let round = 0; round < 5; round += 1) expect((await deliver('demo-1', converted)).statusCode).toBe(500);
    expect((await ask('DELETE', '/inbox/faults')).statusCode).toBe(204);
    expect((await deliver('demo-1', converted)).statusCode).toBe(200);
  });

  test.each([['{}'], ['{"status":99}'], ['{"status":500,"times":-1}'], ['nothing']])('%s is no fault', async (body) => {
    expect((await setUp().ask('POST', '/inbox/faults', body)).statusCode).toBe(400);
  });
});

test.each([
  ['GET', '/destinations/meta'],
  ['GET', '/nothing'],
  ['GET', '/constructor'],
  ['POST', '/form'],
  ['GET', '/hooks/demo'],
])('%s %s is unknown', async (method, path) => {
  const answer = await setUp().ask(method, path);
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body ?? '').error.code).toMatch(/not_found|destination_unknown/);
});

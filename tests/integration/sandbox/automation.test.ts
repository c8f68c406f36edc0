import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const SCOPE = 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL';
const WEBHOOKS = 'settings/automation/webhooks';
const RULES = 'settings/automation/workflow_rules';
const ID = expect.stringMatching(/^\d{19}$/);
const made = z.object({ details: z.object({ id: z.string() }) });
const rows = z.array(z.record(z.string(), z.unknown()));

const leads = { api_name: 'Leads' };
const webhook = (url: string, more: object = {}) => ({
  name: 'Lead status out',
  module: leads,
  url,
  http_method: 'POST',
  feature_type: 'workflow',
  authentication: { type: 'general' },
  headers: { module_parameters: [], custom_parameters: [{ name: 'x-webhook-secret', value: 's3cret' }] },
  body: {
    type: 'form_data',
    form_data_content: {
      module_parameters: [
        { name: 'lead_id', value: '${!Leads.Id}' },
        { name: 'lead_status', value: '${!Leads.Lead_Status}' },
      ],
      custom_parameters: [{ name: 'event', value: 'lead.status' }],
    },
  },
  ...more,
});
const anyStatus = {
  comparator: '${ANYVALUE}',
  field: { api_name: 'Lead_Status' },
  value: '${ANYVALUE}',
};
const fieldUpdate = (criteria: object) => ({
  type: 'field_update',
  details: { repeat: true, match_all: true, criteria },
});
const rule = (executeWhen: object, actionId: string, criteria: object | null = null) => ({
  name: 'Lead status changed',
  module: leads,
  execute_when: executeWhen,
  conditions: [
    {
      sequence_number: 1,
      criteria_details: { criteria },
      instant_actions: { actions: [{ type: 'webhooks', id: actionId, name: 'Lead status out' }] },
    },
  ],
});

const connected = async () => {
  const sandbox = await startTestSandbox();
  const { crm } = await sandbox.connect(SCOPE);
  const receiver = await startReceiver();
  const idFrom = (body: Record<string, unknown>, key: string): string =>
    z.array(made).parse(body[key])[0]?.details.id ?? '';
  return {
    ...sandbox,
    crm,
    receiver,
    addWebhook: async (more: object = {}) =>
      idFrom((await crm('POST', WEBHOOKS, { webhooks: [webhook(receiver.url, more)] })).body, 'webhooks'),
    addRule: async (sent: object) =>
      idFrom((await crm('POST', RULES, { workflow_rules: [sent] })).body, 'workflow_rules'),
    addLead: async (lead: object = {}) => idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', ...lead }] })),
  };
};

describe('a workflow rule made through the API', () => {
  test('sends its webhook when the field it watches changes, and only then', async () => {
    const { crm, receiver, addWebhook, addRule, addLead } = await connected();
    await addRule(rule(fieldUpdate(anyStatus), await addWebhook()));
    const id = await addLead({ Lead_Status: 'Not Contacted' });
    await crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] });
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Not Contacted' }] });
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Contacted' }] });
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Junk Lead' }], trigger: [] });
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Pre-Qualified' }] });
    await until(() => receiver.received.length === 2);
    expect(receiver.received.map(({ body }) => body)).toEqual([
      `lead_id=${id}&lead_status=Contacted&event=lead.status`,
      `lead_id=${id}&lead_status=Pre-Qualified&event=lead.status`,
    ]);
    expect(receiver.received[0]?.headers).toMatchObject({
      'x-webhook-secret': 's3cret',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  test.each<[string, object, object | null, string[]]>([
    ['created', { type: 'create' }, null, ['Not Contacted']],
    ['edited', { type: 'edit', details: { repeat: true } }, null, ['Contacted']],
    ['created or edited', { type: 'create_or_edit', details: { repeat: true } }, null, ['Not Contacted', 'Contacted']],
    ['set to a value', fieldUpdate({ ...anyStatus, comparator: 'equal', value: 'Contacted' }), null, ['Contacted']],
    ['set to another value', fieldUpdate({ ...anyStatus, comparator: 'equal', value: 'Junk Lead' }), null, []],
    [
      'such that its criteria hold',
      { type: 'create_or_edit', details: { repeat: true } },
      {
        group_operator: 'AND',
        group: [
          { comparator: 'equal', field: { api_name: 'CDP_ID' }, value: '${NOTEMPTY}' },
          { comparator: 'not_equal', field: { api_name: 'City' }, value: '${EMPTY}' },
        ],
      },
      ['Contacted'],
    ],
  ])('fires for a lead that is %s', async (_, executeWhen, criteria, statuses) => {
    const { crm, receiver, addWebhook, addRule, addLead } = await connected();
    const raw = { type: 'raw', format: 'Text', raw_data_content: '${!Leads.Lead_Status}' };
    await addRule(rule(executeWhen, await addWebhook({ body: raw }), criteria));
    // Fires last, so that all that comes before it has been sent.
    await addRule(
      rule({ type: 'create' }, await addWebhook({ body: { ...raw, raw_data_content: 'end' } }), {
        ...anyStatus,
        comparator: 'equal',
        value: '${EMPTY}',
      }),
    );
    const id = await addLead({ Lead_Status: 'Not Contacted', CDP_ID: 'v-81' });
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Contacted', City: 'Central' }] });
    await until(() => receiver.received.length >= statuses.length);
    await addLead();
    await until(() => receiver.received.some(({ body }) => body === 'end'));
    expect(receiver.received.map(({ body }) => body).filter((body) => body !== 'end' && body !== '')).toEqual(statuses);
  });

  test('is answered, listed, switched off and deleted', async () => {
    const { crm, addWebhook, addLead, receiver } = await connected();
    const actionId = await addWebhook();
    const sent = rule({ type: 'create' }, actionId);
    const { status, body } = await crm('POST', RULES, { workflow_rules: [sent] });
    expect([status, body]).toEqual([
      201,
      { workflow_rules: [{ code: 'SUCCESS', details: { id: ID }, message: 'workflow created', status: 'success' }] },
    ]);
    const id = z.array(made).parse(body.workflow_rules)[0]?.details.id;
    const [listed] = rows.parse((await crm('GET', RULES)).body.workflow_rules);
    expect(listed).toMatchObject({
      id,
      name: 'Lead status changed',
      module: { api_name: 'Leads', id: ID },
      execute_when: { type: 'create', details: { trigger_module: { api_name: 'Leads', id: ID } } },
      status: { active: true },
      source: 'crm',
      editable: true,
      deletable: true,
    });
    expect((await crm('GET', `${RULES}/${id}`)).body).toEqual({ workflow_rules: [listed] });
    expect((await crm('DELETE', `${WEBHOOKS}/${actionId}`)).body.code).toBe('NOT_ALLOWED');

    const off = { workflow_rules: [{ id, status: { active: false } }] };
    expect((await crm('PUT', RULES, off)).status).toBe(200);
    await addLead();
    expect((await crm('PUT', `${RULES}/${id}`, { workflow_rules: [{ status: { active: true } }] })).status).toBe(200);
    const second = await addLead();
    await until(() => receiver.received.length > 0);
    expect(receiver.received.map(({ body: text }) => new URLSearchParams(text).get('lead_id'))).toEqual([second]);

    expect((await crm('DELETE', `${RULES}/${id}`)).status).toBe(200);
    expect((await crm('DELETE', `${WEBHOOKS}/${actionId}`)).body).toMatchObject({
      webhooks: [{ message: 'Webhook is deleted' }],
    });
    expect((await crm('GET', RULES)).status).toBe(204);
    expect((await crm('GET', WEBHOOKS)).status).toBe(204);
  });

  test('rests while its webhook is for another module', async () => {
    const { crm, receiver, addWebhook, addRule, addLead } = await connected();
    const actionId = await addWebhook();
    await addRule(rule({ type: 'create' }, actionId));
    const move = (module: string) =>
      crm('PUT', `${WEBHOOKS}/${actionId}`, { webhooks: [{ module: { api_name: module } }] });
    await move('Deals');
    await addLead();
    await move('Leads');
    const second = await addLead();
    await until(() => receiver.received.length > 0);
    expect(receiver.received.map(({ body: text }) => new URLSearchParams(text).get('lead_id'))).toEqual([second]);
  });

  test('outlives a restart and goes with a reset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const stateFile = join(folder, 'sandbox.json');
      const receiver = await startReceiver();
      const first = await startTestSandbox({ stateFile });
      const { crm, accessToken } = await first.connect(SCOPE);
      const { body } = await crm('POST', WEBHOOKS, { webhooks: [webhook(receiver.url)] });
      const actionId = z.array(made).parse(body.webhooks)[0]?.details.id ?? '';
      await crm('POST', RULES, { workflow_rules: [rule({ type: 'create' }, actionId)] });
      await first.close();
      const second = await startTestSandbox({ stateFile });
      const call = (method: string, path: string, sent?: object) =>
        second.call(method, `/crm/v8/${path}`, {
          headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
          ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
        });
      await call('POST', 'Leads', { data: [{ Last_Name: 'A' }] });
      await until(() => receiver.received.length === 1);
      await second.control('POST', 'reset');
      expect((await call('GET', RULES)).status).toBe(204);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('a webhook is answered, read back and changed', async () => {
  const { crm, receiver } = await connected();
  const { status, body } = await crm('POST', WEBHOOKS, { webhooks: [webhook(receiver.url)] });
  expect([status, body]).toEqual([
    201,
    {
      webhooks: [{ code: 'SUCCESS', details: { id: ID }, message: 'webhook created successfully', status: 'success' }],
    },
  ]);
  const id = z.array(made).parse(body.webhooks)[0]?.details.id;
  const changed = await crm('PUT', `${WEBHOOKS}/${id}`, { webhooks: [{ name: 'Renamed' }] });
  expect(changed.body).toMatchObject({ webhooks: [{ message: 'webhook updated successfully' }] });
  expect((await crm('GET', `${WEBHOOKS}/${id}`)).body).toMatchObject({
    webhooks: [{ id, name: 'Renamed', url: receiver.url, http_method: 'POST', module: { api_name: 'Leads', id: ID } }],
  });
});

describe('what is refused', () => {
  const url = 'https://hooks.example.com/zoho';
  const form = (module: unknown[], own: unknown[] = []) => ({
    type: 'form_data',
    form_data_content: { module_parameters: module, custom_parameters: own },
  });
  const pair = { name: 'a', value: 'b' };

  test.each<[object, string, object]>([
    [{ name: undefined }, 'MANDATORY_NOT_FOUND', { api_name: 'name', json_path: '$.webhooks[0].name' }],
    [{ name: 'x'.repeat(251) }, 'INVALID_DATA', { maximum_length: 250 }],
    [{ name: '100%' }, 'INVALID_DATA', { api_name: 'name' }],
    [{ module: 'Leads' }, 'INVALID_DATA', { api_name: 'module' }],
    [{ module: {} }, 'EXPECTED_FIELD_MISSING', { expected_fields: expect.any(Array) }],
    [{ module: { api_name: 'Leeds' } }, 'INVALID_DATA', { api_name: 'module' }],
    [{ module: { api_name: 'Leads', id: '5725767000000002181' } }, 'AMBIGUITY_DURING_PROCESSING', {}],
    [{ url: 'ftp://hooks.example.com' }, 'INVALID_DATA', { api_name: 'url' }],
    [{ url: 'http://192.168.1.5/' }, 'INVALID_DATA', { api_name: 'url' }],
    [{ http_method: 'PATCH' }, 'INVALID_DATA', { api_name: 'http_method' }],
    [{ http_method: 'GET' }, 'NOT_SUPPORTED', { api_name: 'http_method' }],
    [{ feature_type: 'kitchen' }, 'INVALID_DATA', { api_name: 'feature_type' }],
    [{ authentication: { type: 'connection' } }, 'INVALID_DATA', { supported_values: ['general'] }],
    [{ url_parameters: [pair] }, 'DEPENDENT_MISMATCH', { api_name: 'url_parameters' }],
    [{ headers: { custom_parameters: [{ name: 'Host', value: 'x' }] } }, 'INVALID_DATA', { api_name: 'headers' }],
    [{ body: { type: 'form_data' } }, 'DEPENDENT_FIELD_MISSING', { api_name: 'form_data_content' }],
    [{ body: { type: 'raw', format: 'JSON' } }, 'DEPENDENT_FIELD_MISSING', { api_name: 'raw_data_content' }],
    [{ body: { type: 'raw' } }, 'MANDATORY_NOT_FOUND', { api_name: 'format' }],
    [{ body: { type: 'letter' } }, 'INVALID_DATA', { api_name: 'type' }],
    [{ body: form([pair], [pair]) }, 'DUPLICATE_DATA', { api_name: 'name' }],
    [{ body: form([{ name: 'a' }]) }, 'MANDATORY_NOT_FOUND', { api_name: 'value' }],
    [
      {
        body: form(
          [],
          Array.from({ length: 11 }, () => pair),
        ),
      },
      'LIMIT_EXCEEDED',
      { limit: 10 },
    ],
  ])('a webhook with %j', async (more, code, details) => {
    const { crm } = await connected();
    const { status, body } = await crm('POST', WEBHOOKS, { webhooks: [webhook(url, more)] });
    expect([status, body]).toMatchObject([400, { webhooks: [{ code, details }] }]);
  });

  test.each<[object, string, string]>([
    [{ execute_when: undefined }, 'MANDATORY_NOT_FOUND', 'Required field is missing'],
    [{ execute_when: { type: 'moon' } }, 'INVALID_DATA', 'The given trigger is not valid'],
    [{ execute_when: { type: 'delete' } }, 'NOT_SUPPORTED', 'nothing triggers that in the sandbox'],
    [{ execute_when: { type: 'edit' } }, 'DEPENDENT_FIELD_MISSING', 'Required dependent field is missing'],
    [{ execute_when: { type: 'edit', details: { repeat: false } } }, 'NOT_SUPPORTED', 'the sandbox repeats every rule'],
    [{ execute_when: { type: 'field_update' } }, 'MANDATORY_NOT_FOUND', 'Required field is missing'],
    [
      { execute_when: fieldUpdate({ ...anyStatus, field: { api_name: 'Foo' } }) },
      'INVALID_DATA',
      'the field given seems to be invalid',
    ],
    [{ execute_when: fieldUpdate({ ...anyStatus, value: 'Contacted' }) }, 'INVALID_DATA', 'invalid data'],
    [{ conditions: [] }, 'MANDATORY_NOT_FOUND', 'Required field is missing'],
    [
      { conditions: [{ instant_actions: { actions: [{}] } }] },
      'MANDATORY_NOT_FOUND',
      'please specify criteria details',
    ],
    [{ conditions: [{ criteria_details: {} }] }, 'MANDATORY_NOT_FOUND', 'please specify criteria details'],
    [{ conditions: [{ criteria_details: { criteria: null } }] }, 'MANDATORY_NOT_FOUND', 'Actions cannot be empty'],
    [
      {
        conditions: [
          { criteria_details: { criteria: null }, instant_actions: { actions: [{ type: 'webhooks', id: '1' }] } },
        ],
      },
      'INVALID_DATA',
      'This given actionid seems to be invalid',
    ],
    [{ status: { active: false } }, 'INVALID_DATA', 'Can not create inactive rule'],
  ])('a rule with %j', async (more, code, message) => {
    const { crm, addWebhook } = await connected();
    const { status, body } = await crm('POST', RULES, {
      workflow_rules: [{ ...rule({ type: 'create' }, await addWebhook()), ...more }],
    });
    expect([status, body]).toMatchObject([400, { workflow_rules: [{ code, message }] }]);
  });

  test.each<[string, string, unknown, string]>([
    ['POST', `${RULES}?module=Leads`, {}, 'INVALID_REQUEST'],
    ['POST', WEBHOOKS, 'no JSON', 'INVALID_DATA'],
    ['POST', WEBHOOKS, {}, 'MANDATORY_NOT_FOUND'],
    ['POST', WEBHOOKS, { webhooks: {} }, 'INVALID_DATA'],
    ['POST', WEBHOOKS, { webhooks: [1] }, 'INVALID_DATA'],
    ['POST', WEBHOOKS, { webhooks: [{}, {}] }, 'LIMIT_EXCEEDED'],
    ['PUT', WEBHOOKS, { webhooks: [{}] }, 'MANDATORY_NOT_FOUND'],
    ['PUT', WEBHOOKS, { webhooks: [{ id: '1' }] }, 'INVALID_DATA'],
    ['GET', `${RULES}/1`, undefined, 'INVALID_DATA'],
  ])('%s %s with %j', async (method, path, body, code) => {
    const { crm } = await connected();
    const reply = await crm(method, path, body);
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(`"code":"${code}"`);
  });

  test('a private address, where the owner has not asked for it', async () => {
    const { connect } = await startTestSandbox({ allowLoopbackWebhooks: false });
    const { crm } = await connect(SCOPE);
    expect((await crm('POST', WEBHOOKS, { webhooks: [webhook('http://127.0.0.1:1/')] })).body).toMatchObject({
      webhooks: [{ code: 'INVALID_DATA', message: 'please enter a valid URL' }],
    });
  });
});

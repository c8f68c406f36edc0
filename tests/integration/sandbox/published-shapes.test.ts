import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { describeWithZohoSdk } from '../../support/zoho-sdk.ts';
import { readZohoShapes, type ShapeCheck } from '../../support/zoho-shapes.ts';
import { closeAll, idOf, startTestSandbox } from './client.ts';
import { type Crm, lead, operations, SCOPE, WRITES } from './operations.ts';

type Sandbox = Awaited<ReturnType<typeof startTestSandbox>>;
const callReport = z.object({
  calls: z.array(z.object({ method: z.string(), path: z.string(), status: z.nullable(z.number()) })),
});
const apiList = z.array(z.object({ path: z.string(), operation_types: z.array(z.object({ method: z.string() })) }));
const WORDING = 'the reference’s wording, from Zoho’s documentation pages (§3.6)';
const tooMuch = (section: string): string => `Zoho’s documentation shows the key in its samples (reference ${section})`;

/** The SDK knows nothing of webhooks and workflow rules. */
const WITHOUT_SHAPE = /\/settings\/automation\//;

const ONE_LOCALE = {
  '/users/*/date_format: enum': 'the SDK lists a single format; every person chooses one',
  '/users/*/number_separator: enum': 'the SDK lists Space alone; a user in Hong Kong has a comma',
};

const ACTUAL_LABELS = {
  '/modules/*: additionalProperties actual_plural_label': tooMuch('§5.8'),
  '/modules/*: additionalProperties actual_singular_label': tooMuch('§5.8'),
};

/** Where the reference and the published shape disagree, and why the sandbox follows the reference. */
const deviations: Record<string, Record<string, string>> = {
  'insert of a text too long': {
    '/data/*/details/maximum_length: type': 'a number in every sample of Zoho’s pages (§3.4), a text in the SDK',
  },
  'insert of a duplicate': {
    '/data/*/details/duplicate_record/Owner: additionalProperties zuid': tooMuch('§3.4'),
    '/data/*/details: additionalProperties more_records': tooMuch('§3.4'),
  },
  'insert with several faults': {
    '/data/*/code: enum': 'MULTIPLE_OR_MULTI_ERRORS stands on Zoho’s pages (§3.4) and on none of the SDK’s lists',
    '/data/*/details: additionalProperties errors': 'as above',
    '/data/*/message: enum': 'as above',
  },
  'update of what somebody else changed': {
    '/data/*/code: enum': 'ALREADY_MODIFIED is on Zoho’s page of status 412 (§3.4) and on none of the SDK’s lists',
    '/data/*/message: enum': 'as above',
    '/data/*/details: additionalProperties Created_By': 'as above: that page shows who changed the record, and when',
    '/data/*/details: additionalProperties Created_Time': 'as above',
    '/data/*/details: additionalProperties Modified_By': 'as above',
    '/data/*/details: additionalProperties Modified_Time': 'as above',
  },
  'list without fields': { '/message: enum': WORDING },
  'list of an unknown module': { '/message: enum': WORDING },
  'search for nothing': {
    '/code: enum': 'EXPECTED_PARAM_MISSING is on Zoho’s search page (§5.2); the SDK lists REQUIRED_PARAM_MISSING alone',
    '/details: additionalProperties param_names': 'as above',
  },
  'COQL without a condition': {
    '/message: enum': 'Zoho’s COQL page says “missing clause” (§5.3); the SDK’s list of texts lacks it',
  },
  'conversion options': {
    '/__conversion_options/preference_field_matched_value/Contacts/*/field: additionalProperties field_label':
      'shown in the sample of Zoho’s newer OpenAPI text; the SDK has api_name and id',
    '/__conversion_options/preference_field_matched_value/Contacts/*/field: additionalProperties unique': 'as above',
  },
  'duplicate check, changed': {
    '/duplicate_check_preference/code: enum': 'the SDK lists no code for a check of which there is nothing to change',
    '/duplicate_check_preference/message: enum': 'as above',
  },
  fields: {
    '/fields/*/unique: additionalProperties case_sensitive': 'the SDK spells it casesensitive, every page so (§5.4)',
  },
  layouts: {
    '/layouts/*/sections/*/fields/*/unique: additionalProperties case_sensitive': 'as with the fields',
  },
  users: ONE_LOCALE,
  'the current user': ONE_LOCALE,
  'one user': ONE_LOCALE,
  modules: ACTUAL_LABELS,
  'one module': ACTUAL_LABELS,
  org: {
    '/org/*/license_details: additionalProperties portal_users_license_purchased': tooMuch('§5.8'),
    '/org/*/type: enum': 'in lower case in the sample (§5.8), capitalised in the SDK',
  },
};

describeWithZohoSdk('every answer has the shape that Zoho publishes for it', () => {
  let check: ShapeCheck;
  let crm: Crm;
  let control: Sandbox['control'];
  let id: string;
  beforeAll(async () => {
    check = readZohoShapes();
    const sandbox = await startTestSandbox();
    control = sandbox.control;
    ({ crm } = await sandbox.connect(SCOPE));
    id = idOf(await crm('POST', 'Leads', { data: [lead] }));
  });
  afterAll(closeAll);

  test.each(Object.entries(operations))('%s', async (name, { handler, status, ask }) => {
    const reply = await ask(crm, id);
    expect(reply.status).toBe(status);
    expect(check(handler, reply.body)).toEqual(Object.keys(deviations[name] ?? {}).sort());
  });

  test('no operation that the sandbox offers is left out', async () => {
    const { __apis } = (await crm('GET', '__apis')).body;
    const { calls } = callReport.parse((await control('GET', 'calls')).body);
    const answered = calls
      .filter(({ status }) => status !== null && status !== 404)
      .map(({ method, path }) => `${method} ${path}`);
    // Other modules' records are read and written by the same operations as leads.
    const offered = apiList
      .parse(__apis)
      .filter(({ path }) => !/^\/crm\/v8\/(?:Accounts|Contacts|Deals)\b/.test(path) && !WITHOUT_SHAPE.test(path))
      .flatMap(({ path, operation_types }) => operation_types.map(({ method }) => `${method} ${path}`));
    const isAnswered = (one: string): boolean => {
      const pattern = new RegExp(`^${one.replace(/\{\{\w+\}\}/g, '[^/]+')}$`);
      return answered.some((call) => pattern.test(call));
    };
    expect(offered.length).toBeGreaterThan(20);
    expect(offered.filter((one) => !isAnswered(one))).toEqual([]);
  });

  test('a shape that is not Zoho’s is noticed', () => {
    expect(check(WRITES, { data: [{ code: 'SUCCESS', details: { Id: '1' }, status: 'success', extra: 1 }] })).toEqual([
      '/data/*/details: additionalProperties Id',
      '/data/*: additionalProperties extra',
    ]);
    expect(check(WRITES, { code: 'MADE_UP', details: {}, message: 'body', status: 'error' })).toEqual(['/code: enum']);
  });
});

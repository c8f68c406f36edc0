import { describe, expect, test } from '@jest/globals';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { FormInput } from '../../../../lib/sources/form.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { newWork, submissionKey } from '../../../../lib/work/work-item.ts';
import { answered, converted, leadsBench, NOW, noRows, rows, success, token } from './leads-bench.ts';

const form: FormInput = {
  fields: { Email: 'email', Last_Name: 'last_name', Company: 'company', CDP_ID: 'cdp_id' },
  duplicateCheckFields: ['Email'],
};
const bench = (more: Partial<FormInput>, ...answers: OutboundAnswer[]) =>
  leadsBench(answers, [token], {
    source: sourceSchema.parse({ id: 'demo', forms: { contact: { ...form, ...more } } }),
  });

const updated = (id: string) => ({ ...success(id), action: 'update', message: 'record updated' });
const kim = { email: 'Kim@example.com', last_name: 'Kim', company: 'Example Ltd', cdp_id: 'v-1' };
const lee = { email: 'lee@example.com', last_name: 'Lee', company: 'Example Ltd', cdp_id: 'v-2' };
const asked = async (request: Request | undefined) => [
  `${request?.method} ${new URL(request?.url ?? '').pathname}`,
  await request?.clone().json(),
];

describe('a form that gives known people their tracking fields only', () => {
  const ifExists = { update_only: ['CDP_ID'] };

  test('looks up a whole call’s people with one query, updates who is known by id and upserts the others', async () => {
    const { send, submission, requests } = bench(
      { ifExists },
      rows({ id: '11', Email: 'kim@example.com', Converted__s: false }),
      answered(200, { data: [success('99')] }),
      answered(200, { data: [updated('11')] }),
    );
    const outcome = await send(submission('s1', kim), submission('s2', lee));
    expect(await Promise.all(requests.map(asked))).toEqual([
      [
        'POST /crm/v8/coql',
        { select_query: expect.stringContaining("Email in ('Kim@example.com', 'lee@example.com')") },
      ],
      ['POST /crm/v8/Leads/upsert', expect.objectContaining({ data: [expect.objectContaining({ CDP_ID: 'v-2' })] })],
      ['PUT /crm/v8/Leads', { data: [{ CDP_ID: 'v-1', id: '11' }] }],
    ]);
    expect(outcome).toMatchObject({
      status: 'answered',
      outcomes: [
        { status: 'delivered', receipt: { zohoId: '11', zohoAction: 'update', writtenFields: ['CDP_ID'] } },
        { status: 'delivered', receipt: { zohoId: '99', zohoAction: 'insert' } },
      ],
      usage: { cost: 3 },
    });
  });

  test('when one of its requests fails, what was answered stands, and only the rest goes again', async () => {
    const { send, submission } = bench(
      { ifExists },
      rows({ id: '11', Email: 'kim@example.com' }),
      answered(200, { data: [success('99')] }),
      answered(503, '<html>'),
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      status: 'partly',
      ends: [{ status: 'lane_fault' }, { status: 'delivered' }],
      fault: { status: 'lane_fault', code: 'http_503' },
    });
  });

  test('when the look-up fails nothing is written', async () => {
    const { send, submission, requests } = bench({ ifExists }, answered(500, '<html>'));
    expect(await send(submission('s1', kim))).toMatchObject({ status: 'lane_fault' });
    expect(requests).toHaveLength(1);
  });

  test('without the scope for queries a submission waits for a person, with that reason', async () => {
    const refusal = { code: 'OAUTH_SCOPE_MISMATCH', details: {}, message: 'Unauthorized', status: 'error' };
    const { send, submission } = bench({ ifExists }, answered(401, refusal));
    expect(await send(submission('s1', kim))).toMatchObject({
      outcomes: [{ status: 'rejected', code: 'look_up_not_permitted' }],
    });
  });
});

describe('a look-up that one value spoils', () => {
  const refused = answered(400, { code: 'SYNTAX_ERROR', details: {}, message: 'missing clause', status: 'error' });
  const many = (...data: object[]) => answered(200, { data, info: { count: 2_000, more_records: true } });
  const queries = async (requests: Request[]) =>
    (await Promise.all(requests.map(asked))).map(([, body]) => /where .*/.exec(String(body.select_query))?.[0]);

  test('costs the others nothing: the value is found by halves, and only its submission waits for a person', async () => {
    const { send, submission, requests } = bench(
      { ifExists: 'skip' },
      refused,
      noRows, // the same query with a harmless value
      noRows,
      refused,
      answered(200, { data: [success('99')] }),
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      status: 'answered',
      outcomes: [
        { status: 'delivered', receipt: { zohoId: '99' } },
        { status: 'rejected', code: 'SYNTAX_ERROR' },
      ],
      usage: { cost: 5 },
    });
    expect((await queries(requests)).slice(2, 4)).toEqual([
      expect.stringContaining("('Kim@example.com')"),
      expect.stringContaining("('lee@example.com')"),
    ]);
  });

  test('is asked for no further when Zoho would not answer it with any value', async () => {
    const { send, submission, requests } = bench({ ifExists: 'skip' }, refused, refused);
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      outcomes: [
        { status: 'rejected', code: 'SYNTAX_ERROR' },
        { status: 'rejected', code: 'SYNTAX_ERROR' },
      ],
    });
    expect(requests).toHaveLength(2);
  });

  test('by having more records than Zoho tells of leaves those with few to be found', async () => {
    const others = rows({ id: '7', Email: 'lee@example.com' });
    const { send, submission } = bench(
      { ifExists: 'skip' },
      many({ id: '1', Email: 'x@example.com' }),
      many({ id: '1', Email: 'x@example.com' }),
      many({ id: '1', Email: 'x@example.com' }),
      many({ id: '1', Email: 'x@example.com' }),
      others,
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      outcomes: [
        { status: 'rejected', code: 'too_many_found' },
        { status: 'skipped', reason: 'exists', receipt: { zohoId: '7' } },
      ],
    });
  });

  test('however many they are is not asked about without end', async () => {
    const people = Array.from({ length: 100 }, (_, n) => ({ ...kim, email: `p${n}@example.com` }));
    const { send, submission, requests } = bench({ ifExists: 'skip' }, refused, noRows, ...people.map(() => refused));
    const outcome = await send(...people.map((one, n) => submission(`s${n}`, one)));
    const ends = 'outcomes' in outcome ? outcome.outcomes.map(({ status }) => status) : [];
    expect(ends.filter((status) => status === 'rejected').length).toBeGreaterThan(10); // found out: they come no more
    expect(new Set(ends)).toEqual(new Set(['rejected', 'retry'])); // the others come again
    expect(requests.length).toBeLessThanOrEqual(40);
  });
});

describe('a form that leaves known people alone', () => {
  test('writes nothing for them, and says which record there is', async () => {
    const { send, submission, requests } = bench({ ifExists: 'skip' }, rows({ id: '11', Email: 'kim@example.com' }));
    expect(await send(submission('s1', kim))).toMatchObject({
      outcomes: [{ status: 'skipped', reason: 'exists', receipt: { zohoId: '11' } }],
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a returning customer', () => {
  test('whose lead was converted is changed as the Contact it has become', async () => {
    const { send, submission, requests } = bench(
      { onConverted: 'contact' },
      rows(converted),
      answered(200, { data: [updated('22')] }),
    );
    const outcome = await send(submission('s1', kim));
    expect(await asked(requests[1])).toEqual([
      'PUT /crm/v8/Contacts',
      { data: [{ Email: 'Kim@example.com', Last_Name: 'Kim', CDP_ID: 'v-1', id: '22' }] },
    ]);
    expect(outcome).toMatchObject({
      outcomes: [
        {
          status: 'delivered',
          receipt: { zohoId: '22', zohoModule: 'Contacts', warnings: [{ field: 'Company', code: 'not_in_contacts' }] },
        },
      ],
    });
  });

  test('who never was a lead is found among the Contacts', async () => {
    const { send, submission, requests } = bench(
      { onConverted: 'contact' },
      noRows,
      rows({ id: '22', Email: 'KIM@example.com' }),
      answered(200, { data: [updated('22')] }),
    );
    await send(submission('s1', kim));
    expect(await asked(requests[1])).toEqual([
      'POST /crm/v8/coql',
      { select_query: "select id, Email from Contacts where Email in ('Kim@example.com')" },
    ]);
    expect((await asked(requests[2]))[0]).toBe('PUT /crm/v8/Contacts');
  });

  test('where the organisation hides conversions from queries is found among the Contacts all the same', async () => {
    const hidden = { code: 'INVALID_QUERY', details: {}, message: 'invalid query formed', status: 'error' };
    const { send, submission, requests } = bench(
      { onConverted: 'contact' },
      answered(400, hidden),
      noRows,
      rows({ id: '22', Email: 'kim@example.com' }),
      answered(200, { data: [updated('22')] }),
    );
    expect(await send(submission('s1', kim))).toMatchObject({ outcomes: [{ receipt: { zohoId: '22' } }] });
    expect(requests).toHaveLength(4);
  });

  test('may leave a note on the deal, which names the submission', async () => {
    const { send, submission, requests } = bench(
      { onConverted: 'deal_note' },
      rows(converted),
      answered(201, { data: [{ ...success('44'), action: undefined }] }),
    );
    const outcome = await send(submission('s1', kim));
    expect(await asked(requests[1])).toEqual([
      'POST /crm/v8/Notes',
      {
        data: [
          {
            Note_Title: 'Web form: contact',
            Note_Content: expect.stringMatching(/Company: Example Ltd[\s\S]+Submission s1$/),
            Parent_Id: { module: { api_name: 'Deals' }, id: '33' },
          },
        ],
      },
    ]);
    expect(outcome).toMatchObject({
      outcomes: [{ receipt: { zohoId: '33', zohoModule: 'Deals', zohoAction: 'note' } }],
    });
  });

  test('is not in two calls at once, though another form writes to Contacts themselves', async () => {
    const forms = { contact: { ...form, onConverted: 'contact' }, direct: { ...form, module: 'Contacts' } };
    const { driver, submission } = leadsBench([], [token], { source: sourceSchema.parse({ id: 'demo', forms }) });
    const [lead, direct] = await Promise.all([
      driver.prepare(submission('s1', kim)),
      driver.prepare(submission('s2', kim, { form: 'direct' })),
    ]);
    const keysOf = (one: typeof lead) => (one.status === 'ready' ? one.keys : []);
    expect(keysOf(lead)).toEqual(expect.arrayContaining(keysOf(direct)));
  });

  test('whose note may have been written is asked for again only after Zoho’s own delay', async () => {
    const { driver, submission } = bench({ onConverted: 'deal_note' });
    expect(await driver.prepare(submission('s1', kim))).toMatchObject({ repeatAfterMs: 60_000 });
  });

  test('gets one note, even when nobody saw whether the first try had written it', async () => {
    const { send, submission, requests } = bench(
      { onConverted: 'deal_note' },
      rows(converted),
      answered(200, { data: [{ id: '44', Note_Content: 'Company: Example Ltd\n\nSubmission s1' }] }),
    );
    const outcome = await send(submission('s1', kim, { maybeSentAtMs: 1 }));
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(outcome).toMatchObject({ outcomes: [{ status: 'delivered', code: 'already_noted' }] });
  });
});

describe('a record that is there already by another value', () => {
  const duplicate = (module: string) => ({
    code: 'DUPLICATE_DATA',
    details: { api_name: 'External_Key', duplicate_record: { id: '77', module: { api_name: module } } },
    message: 'duplicate data',
    status: 'error',
  });

  test('is changed: the submission is not set apart for a person', async () => {
    const { send, submission, requests } = bench(
      {},
      answered(207, { data: [duplicate('Leads'), success('99')] }),
      answered(200, { data: [updated('77')] }),
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      outcomes: [
        { status: 'delivered', receipt: { zohoId: '77' } },
        { status: 'delivered', receipt: { zohoId: '99' } },
      ],
      usage: { cost: 2 },
    });
    expect(await asked(requests[1])).toEqual(['PUT /crm/v8/Leads', { data: [expect.objectContaining({ id: '77' })] }]);
  });

  test('and is a Contact is changed by a Contact’s field names', async () => {
    const { send, submission, requests } = bench(
      {},
      answered(400, { data: [duplicate('Contacts')] }),
      answered(200, { data: [updated('77')] }),
    );
    await send(submission('s1', kim));
    expect((await asked(requests[1]))[0]).toBe('PUT /crm/v8/Contacts');
  });

  test('is changed by one submission after the other where several name it: no call holds one record twice', async () => {
    const { send, submission, requests } = bench(
      {},
      answered(400, { data: [duplicate('Leads'), duplicate('Leads')] }),
      answered(200, { data: [updated('77')] }),
      answered(200, { data: [updated('77')] }),
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      outcomes: [
        { status: 'delivered', receipt: { zohoId: '77' } },
        { status: 'delivered', receipt: { zohoId: '77' } },
      ],
      usage: { cost: 3 },
    });
    expect((await Promise.all(requests.slice(1).map(asked))).map(([, { data }]) => data)).toEqual([
      [expect.objectContaining({ id: '77', CDP_ID: 'v-1' })],
      [expect.objectContaining({ id: '77', CDP_ID: 'v-2' })],
    ]);
  });

  test('keeps the marker of the submission that made it', async () => {
    const { send, submission, requests } = bench(
      { duplicateCheckFields: [], marker: 'Submission_Id' },
      answered(400, { data: [duplicate('Leads')] }),
      answered(200, { data: [updated('77')] }),
    );
    await send(submission('s1', kim));
    expect(await asked(requests[1])).toEqual([
      'PUT /crm/v8/Leads',
      { data: [{ Email: 'Kim@example.com', Last_Name: 'Kim', Company: 'Example Ltd', CDP_ID: 'v-1', id: '77' }] },
    ]);
  });

  test('keeps what a newer submission of the same person has written', async () => {
    const { send, submission, requests, table } = bench(
      { duplicateCheckFields: [] },
      answered(400, { data: [duplicate('Leads')] }),
      answered(200, { data: [updated('77')] }),
    );
    const written = { zohoModule: 'Leads', writtenFields: ['Email', 'Company'] };
    const newer = { personKey: 'p', personAtMs: NOW + 5, state: 'delivered', ...written };
    const work = newWork({
      pk: submissionKey('s2'),
      kind: 'submission',
      id: 's2',
      source: 'demo',
      lane: connectionLane('demo'),
      nowMs: NOW + 5,
    });
    await table.put({ ...work, form: 'contact', connection: 'demo', fields: kim, ...newer });
    const late = { personKey: 'p', reason: 'rerun', history: [{ atMs: NOW, outcome: 'rejected', code: 'X' }] };
    await send(submission('s1', kim, late));
    expect((await asked(requests[0]))[1]).toMatchObject({ data: [{ Company: 'Example Ltd' }] });
    expect((await asked(requests[1]))[1]).toEqual({ data: [{ Last_Name: 'Kim', CDP_ID: 'v-1', id: '77' }] });
  });

  test('and cannot be changed either waits for a person', async () => {
    const { send, submission } = bench(
      {},
      answered(400, { data: [duplicate('Leads')] }),
      answered(400, { data: [duplicate('Leads')] }),
    );
    expect(await send(submission('s1', kim))).toMatchObject({
      outcomes: [{ status: 'rejected', code: 'DUPLICATE_DATA' }],
    });
  });

  test('and whose change failed on the way goes again', async () => {
    const { send, submission } = bench({}, answered(400, { data: [duplicate('Leads')] }), answered(503, '<html>'));
    expect(await send(submission('s1', kim))).toMatchObject({ status: 'lane_fault' });
  });
});

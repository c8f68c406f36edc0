import { describe, expect, test } from '@jest/globals';
import { answered, leadsBench, token } from './leads-bench.ts';

const error = (httpStatus: number, code: string) =>
  answered(httpStatus, { code, details: {}, message: 'x', status: 'error' });
const person = { email: 'a@example.com' };

describe('which records carry a marker', () => {
  test.each([
    ['a form that inserts', 'insert', person, true],
    ['an upsert without a value to look up, which inserts', 'either', { phone: '+85251234567' }, true],
    ['an upsert that finds its record by a value', 'either', person, false],
    ['a form without a marker', 'unmarked', person, false],
  ])('%s', async (_, form, fields, isMarked) => {
    const { driver, submission } = leadsBench([]);
    const prepared = await driver.prepare(submission('s1', fields, { form }));
    if (prepared.status !== 'ready') throw new Error('not ready');
    expect(prepared.payload.record.Submission_Id).toBe(isMarked ? 's1' : undefined);
    expect(prepared.lookUpGroup).toEqual(isMarked ? expect.any(String) : undefined);
  });
});

describe('looking up submissions in doubt', () => {
  test('one query tells which are there, by the exact marker', async () => {
    const { lookUp, submission, requests } = leadsBench([
      answered(200, {
        data: [
          { id: '5725767000000524157', Submission_Id: 's2' },
          { id: '5725767000000524158', Submission_Id: 'S1' },
        ],
        info: { count: 2, more_records: false },
      }),
    ]);
    const outcome = await lookUp(
      submission('s1', person, { form: 'insert' }),
      submission('s2', { ...person, phone: '+85251234567' }, { form: 'insert' }),
    );
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/crm/v8/coql']);
    expect(await requests[0]?.json()).toEqual({
      select_query:
        "select id, Submission_Id from Leads where (Submission_Id in ('s1', 's2') and (Converted__s = true or Converted__s = false))",
    });
    expect(outcome).toMatchObject({
      status: 'looked_up',
      findings: [
        { status: 'not_there' },
        {
          status: 'there',
          receipt: {
            zohoId: '5725767000000524157',
            zohoModule: 'Leads',
            zohoAction: 'insert',
            warnings: [],
            writtenFields: ['Email', 'Phone', 'Submission_Id'],
          },
        },
      ],
    });
  });

  test('asks without naming the conversion where that field is hidden, and for other modules', async () => {
    const hidden = leadsBench([error(400, 'INVALID_QUERY'), answered(204, '')]);
    expect(await hidden.lookUp(hidden.submission('s1', person, { form: 'insert' }))).toMatchObject({
      status: 'looked_up',
      findings: [{ status: 'not_there' }],
    });
    const deals = leadsBench([answered(204, '')]);
    await deals.lookUp(deals.submission('s1', person, { form: 'deal' }));
    for (const request of [hidden.requests[1], deals.requests[0]])
      expect(await request?.text()).not.toContain('Converted__s');
  });

  test.each([
    ['the grant has no scope for COQL', [error(401, 'OAUTH_SCOPE_MISMATCH')], 'look_up_not_permitted'],
    ['the user may not read the module', [error(403, 'NO_PERMISSION')], 'look_up_not_permitted'],
    [
      'the marker is no field of the module',
      [error(400, 'INVALID_QUERY'), error(400, 'INVALID_QUERY')],
      'INVALID_QUERY',
    ],
    [
      'records with other markers may hide it',
      [answered(200, { data: [{ id: '1', Submission_Id: 'x' }], info: { count: 1, more_records: true } })],
      'too_many_found',
    ],
  ])('leaves it to a person when %s, and the connection alone', async (_, answers, code) => {
    const { lookUp, submission, invalidated } = leadsBench(answers);
    expect(await lookUp(submission('s1', person, { form: 'insert' }))).toMatchObject({
      status: 'looked_up',
      findings: [{ status: 'unknown', code }],
    });
    expect(invalidated).toEqual([]);
  });

  test('a refused token is invalidated once and the look-up goes again; a fresh one refused too is the connection’s fault', async () => {
    const invalid = error(401, 'INVALID_TOKEN');
    const { lookUp, submission, invalidated } = leadsBench([invalid, invalid], [token, { ...token, value: 'token-2' }]);
    const item = submission('s1', person, { form: 'insert' });
    expect(await lookUp(item)).toEqual({ status: 'again', code: 'INVALID_TOKEN' });
    expect(invalidated).toEqual(['token-1']);
    expect(await lookUp(item)).toEqual({ status: 'connection_fault', code: 'INVALID_TOKEN', grant: 3 });
  });

  test.each([
    ['Zoho has no place', error(429, 'TOO_MANY_REQUESTS'), 'TOO_MANY_REQUESTS'],
    ['Zoho fails', error(500, 'INTERNAL_ERROR'), 'INTERNAL_ERROR'],
    ['half an answer comes', answered(200, 'half'), 'unreadable_answer'],
  ])('is the lane’s fault when %s', async (_, answer, code) => {
    const { lookUp, submission } = leadsBench([answer]);
    expect(await lookUp(submission('s1', person, { form: 'insert' }))).toMatchObject({ status: 'lane_fault', code });
  });

  test('nothing is asked once lease or claim run out', async () => {
    const { driver, submission, requests } = leadsBench([]);
    const item = { ...submission('s1', person, { form: 'insert' }), claimOwner: 'w:1', claimUntilMs: 0 };
    const prepared = await driver.prepare(item);
    if (prepared.status !== 'ready') throw new Error('not ready');
    const outcome = await driver.lookUp?.find([{ item, payload: prepared.payload }], () => false);
    expect(outcome).toEqual({ status: 'not_sent' });
    expect(requests).toEqual([]);
  });
});

test('where the marker is a unique field, Zoho’s own refusal of a second record is its receipt', async () => {
  const duplicate = {
    code: 'DUPLICATE_DATA',
    details: { api_name: 'Submission_Id', duplicate_record: { id: '5725767000000524157' } },
    message: 'duplicate data',
    status: 'error',
  };
  const { send, submission } = leadsBench([answered(400, { data: [duplicate] })]);
  expect(await send(submission('s1', person, { form: 'insert' }))).toMatchObject({
    outcomes: [{ status: 'delivered', receipt: { zohoId: '5725767000000524157', zohoAction: 'insert' } }],
  });
});

import { describe, expect, test } from '@jest/globals';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { FormInput } from '../../../../lib/sources/form.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { answered, converted, leadsBench, noRows, rows, success, token } from './leads-bench.ts';

const form: FormInput = {
  fields: { Email: 'email', Last_Name: 'last_name', CDP_ID: 'cdp_id' },
  duplicateCheckFields: ['Email'],
};
const bench = (more: Partial<FormInput>, ...answers: OutboundAnswer[]) =>
  leadsBench(answers, [token], {
    source: sourceSchema.parse({ id: 'demo', forms: { contact: { ...form, ...more } } }),
  });

const kim = { email: 'kim@example.com', last_name: 'Kim' };
const lee = { email: 'lee@example.com', last_name: 'Lee' };
const written = (...ids: string[]) => answered(200, { data: ids.map(success) });
const paths = (requests: Request[]) => requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);

const refusals = [
  ['the scope is missing', 401, 'OAUTH_SCOPE_MISMATCH'],
  ['the user has not the right', 403, 'NO_PERMISSION'],
] as const;

describe.each(refusals)('when %s', (_, httpStatus, code) => {
  const refused = answered(httpStatus, { code, details: {}, message: 'Unauthorized', status: 'error' });

  test('for notes, a customer’s post waits with the scope it needs, and the lead beside it is written', async () => {
    const { send, submission, requests } = bench(
      { onConverted: 'deal_note' },
      rows(converted),
      noRows,
      written('99'),
      refused,
    );
    const outcome = await send(submission('s1', kim), submission('s2', lee));
    expect(paths(requests)).toEqual([
      'POST /crm/v8/coql',
      'POST /crm/v8/coql',
      'POST /crm/v8/Leads/upsert',
      'POST /crm/v8/Notes',
    ]);
    expect(outcome).toMatchObject({
      status: 'answered',
      outcomes: [
        {
          status: 'rejected',
          code: 'notes_not_permitted',
          receipt: { warnings: [{ field: 'Notes', needs: 'ZohoCRM.modules.notes.CREATE' }] },
        },
        { status: 'delivered', receipt: { zohoId: '99', warnings: [] } },
      ],
    });
  });

  test('for reading notes, one that may have been written waits for a person instead of going twice', async () => {
    const { send, submission, requests } = bench({ onConverted: 'deal_note' }, rows(converted), refused);
    expect(await send(submission('s1', kim, { maybeSentAtMs: 1 }))).toMatchObject({
      status: 'answered',
      outcomes: [
        {
          status: 'rejected',
          code: 'notes_not_permitted',
          receipt: { warnings: [{ field: 'Notes', needs: 'ZohoCRM.modules.notes.READ' }] },
        },
      ],
    });
    expect(paths(requests)).toEqual(['POST /crm/v8/coql', 'GET /crm/v8/Deals/33/Notes']);
  });

  test('for changing Contacts, a customer’s post waits with the scope it needs, and the lead beside it is written', async () => {
    const { send, submission } = bench({ onConverted: 'contact' }, rows(converted), noRows, written('99'), refused);
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      status: 'answered',
      outcomes: [
        {
          status: 'rejected',
          code: 'contacts_not_permitted',
          receipt: { warnings: [{ field: 'Contacts', needs: 'ZohoCRM.modules.contacts.UPDATE' }] },
        },
        { status: 'delivered', receipt: { zohoId: '99' } },
      ],
    });
  });

  test('for reading Contacts, who is no lead yet becomes one, with a warning that names the scope', async () => {
    const { send, submission } = bench(
      { onConverted: 'contact' },
      rows({ id: '11', Email: 'kim@example.com', Converted__s: false }),
      refused,
      written('11', '99'),
    );
    expect(await send(submission('s1', kim), submission('s2', lee))).toMatchObject({
      status: 'answered',
      outcomes: [
        { status: 'delivered', receipt: { zohoId: '11', warnings: [] } },
        {
          status: 'delivered',
          receipt: {
            zohoId: '99',
            warnings: [{ field: 'Contacts', code: 'contacts_not_permitted', needs: 'ZohoCRM.modules.contacts.READ' }],
          },
        },
      ],
    });
  });

  test('for queries, a form that only wants to know its customers writes leads, with a warning that names the scope', async () => {
    const { send, submission, requests } = bench({ onConverted: 'contact' }, refused, written('99'));
    expect(await send(submission('s1', kim))).toMatchObject({
      status: 'answered',
      outcomes: [
        {
          status: 'delivered',
          receipt: {
            zohoId: '99',
            warnings: [{ field: 'COQL', code: 'look_up_not_permitted', needs: expect.stringContaining('coql.READ') }],
          },
        },
      ],
    });
    expect(paths(requests)).toEqual(['POST /crm/v8/coql', 'POST /crm/v8/Leads/upsert']);
  });

  test.each<[FormInput['ifExists']]>([['skip'], [{ update_only: ['CDP_ID'] }]])(
    'for queries, a form with ifExists %j waits: an upsert could go over a salesperson’s work',
    async (ifExists) => {
      const { send, submission, requests } = bench({ ifExists, onConverted: 'contact' }, refused);
      expect(await send(submission('s1', kim))).toMatchObject({
        outcomes: [
          {
            status: 'rejected',
            code: 'look_up_not_permitted',
            receipt: { warnings: [{ field: 'COQL', needs: expect.stringContaining('coql.READ') }] },
          },
        ],
      });
      expect(requests).toHaveLength(1);
    },
  );

  test('for the form’s own module, the connection is at fault: nothing of it can be written', async () => {
    const { send, submission } = bench({}, refused);
    expect(await send(submission('s1', kim))).toMatchObject({ status: 'connection_fault', code });
  });
});

test('a client that is refused while notes are read is the connection’s fault: no waiting would mend it', async () => {
  const refused = answered(401, { code: 'AUTHENTICATION_FAILURE', details: {}, message: 'x', status: 'error' });
  const { send, submission } = bench({ onConverted: 'deal_note' }, rows(converted), refused);
  expect(await send(submission('s1', kim, { maybeSentAtMs: 1 }))).toMatchObject({
    status: 'connection_fault',
    code: 'AUTHENTICATION_FAILURE',
  });
});

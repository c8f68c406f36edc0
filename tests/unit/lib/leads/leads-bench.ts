import { createLeadsDriver } from '../../../../lib/leads/leads-driver.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import { type Source, sourceSchema } from '../../../../lib/sources/source.ts';
import type { TokenOutcome } from '../../../../lib/tokens/token-outcome.ts';
import type { ClaimedItem } from '../../../../lib/work/claim.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { newWork, submissionKey, workAttributes } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';

export const NOW = Date.parse('2026-11-21T09:30:00.000Z');
export const demo: Source = sourceSchema.parse({
  id: 'demo',
  forms: {
    contact: {
      fields: { Email: 'email', Last_Name: 'last_name', Phone: 'phone', Description: 'message' },
      constants: { Lead_Source: 'Web Site' },
      duplicateCheckFields: ['Email'],
    },
    insert: { fields: { Email: 'email', Phone: 'phone' }, marker: 'Submission_Id' },
    unmarked: { fields: { Email: 'email' } },
    either: { fields: { Email: 'email', Phone: 'phone' }, duplicateCheckFields: ['Email'], marker: 'Submission_Id' },
    deal: { module: 'Deals', fields: { Email: 'email' }, marker: 'Submission_Id' },
  },
});
export const token = {
  status: 'token' as const,
  value: 'token-1',
  apiDomain: 'https://www.zohoapis.com',
  grant: 3,
  expiresAtMs: NOW + 3_600_000,
} satisfies TokenOutcome;

/** The driver of one connection, with Zoho's answers in turn. */
export const leadsBench = (
  answers: OutboundAnswer[],
  tokens: Array<TokenOutcome | PlatformError> = [token],
  { source = demo, ...more }: { source?: Source; invalidate?: () => Promise<void> } = {},
) => {
  const table = createMemoryTable();
  const requests: Request[] = [];
  const invalidated: string[] = [];
  const driver = createLeadsDriver({
    connection: 'demo',
    table,
    now: () => NOW,
    loadSource: async (id) => (id === 'demo' ? { source, version: 1, hmacKey: 'k', keys: [] } : undefined),
    tokens: {
      get: async () => {
        const next = (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? token;
        if (next instanceof PlatformError) throw next;
        return next;
      },
      invalidate: async (_, value) => void invalidated.push(value),
      forget: () => undefined,
      ...more,
    },
    send: async (request) => {
      requests.push(request);
      return answers.shift() ?? { status: 'failed', code: 'network', maybeSent: false };
    },
  });
  const submission = (id: string, fields: Record<string, string>, more: Record<string, unknown> = {}) =>
    workAttributes.parse({
      ...newWork({
        pk: submissionKey(id),
        kind: 'submission',
        id,
        source: 'demo',
        lane: connectionLane('demo'),
        nowMs: NOW,
      }),
      form: 'contact',
      connection: 'demo',
      fields,
      ...more,
    });
  const batchOf = async (items: ReturnType<typeof submission>[]) => {
    const batch = [];
    for (const item of items) {
      const prepared = await driver.prepare(item);
      if (prepared.status !== 'ready') throw new Error('not ready');
      batch.push({
        item: { ...item, claimOwner: 'w:1', claimUntilMs: NOW + 30_000 } satisfies ClaimedItem,
        payload: prepared.payload,
      });
    }
    return batch;
  };
  const send = async (...items: ReturnType<typeof submission>[]) => driver.send(await batchOf(items), () => true);
  const lookUp = async (...items: ReturnType<typeof submission>[]) =>
    driver.lookUp?.find(await batchOf(items), () => true);
  return { table, driver, requests, invalidated, submission, batchOf, send, lookUp };
};

export const answered = (httpStatus: number, body: unknown): OutboundAnswer => ({
  status: 'answered',
  httpStatus,
  headers: {},
  body: JSON.stringify(body),
});
export const success = (id: string) => ({
  code: 'SUCCESS',
  action: 'insert',
  duplicate_field: null,
  details: { id },
  message: 'record added',
  status: 'success',
});

/** What a query of Zoho's answers. */
export const rows = (...data: object[]) => answered(200, { data, info: { count: data.length, more_records: false } });
export const noRows = answered(204, '');
/** A lead that has become a customer: Contact 22 with deal 33. */
export const converted = {
  id: '11',
  Email: 'kim@example.com',
  Converted__s: true,
  Converted_Contact: { id: '22' },
  Converted_Deal: { id: '33' },
};

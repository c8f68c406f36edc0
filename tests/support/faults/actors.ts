import * as z from 'zod/mini';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readTokenItem } from '../../../lib/tokens/token-item.ts';
import { versionIdOf } from '../../../lib/tokens/version-id.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { readLane } from '../../../lib/work/lease.ts';
import type { Audit } from './audit.ts';
import type { Fleet } from './fleet.ts';
import { httpEvent } from './http-event.ts';
import type { InProcessZoho } from './in-process-zoho.ts';
import type { Ledger } from './ledger.ts';
import type { Post, StatusEdit } from './schedule.ts';
import { CONNECTION, recordId, STAGE, statuses } from './sources.ts';

const answer = z.object({ statusCode: z.number(), body: z.optional(z.string()) });
const acceptedBody = z.object({ id: z.string() });
const judgedBody = z.object({ status: z.string(), reason: z.optional(z.string()) });

export type ActorsDeps = {
  fleet: Fleet;
  zoho: InProcessZoho;
  audit: Audit;
  ledger: Ledger;
  /** As they stand, without network and trouble. */
  stores: { records: Table; tokens: Table; secrets: SecretStore };
  apiKeys: ReadonlyMap<string, string>;
  now: () => number;
  /** Whether the table has been in trouble: the only excuse for a 5xx. */
  hasExcuse: () => boolean;
};

const FORM_OF = { contact: 'demo', callback: 'shop' } as const;
const VALUES = { company: 'Company', country: 'Country', gclid: 'click' } as const;

/** Everybody outside: visitors who post forms, Zoho's workflow, and the person who connects. */
export const createActors = ({ fleet, zoho, audit, ledger, stores, apiKeys, now, hasExcuse }: ActorsDeps) => {
  let revokedAtMs = -1;
  /** Of the latest visit. */
  let startedAtMs = 0;
  const keyOf = (source: string): string => apiKeys.get(source) ?? '';

  /** Undefined: the process died, or broke off, and nobody was told anything. */
  const answerOf = async (
    invoked: ReturnType<Fleet['invoke']>,
    what: string,
  ): Promise<z.infer<typeof answer> | undefined> => {
    const invocation = await invoked;
    if (invocation.status === 'threw') audit.violate(`${what}: the handler threw`);
    if (invocation.status !== 'returned') return undefined;
    const given = answer.parse(invocation.result);
    // 503 is an answer: it says what is out of reach, and that nothing was kept.
    if (given.statusCode >= 500 && given.statusCode !== 503 && !hasExcuse())
      audit.violate(`${what} was answered ${given.statusCode}`);
    return given;
  };

  /** One form post; `index` makes its content its own. */
  const post = async ({ person, form, fields, keyed }: Post, index: number): Promise<void> => {
    const message = `message-${index}`;
    ledger.posted.add(message);
    const source = FORM_OF[form];
    const email = `${form === 'contact' ? 'person' : 'caller'}-${person}@example.com`;
    const values = Object.fromEntries(fields.map((field) => [field, `${VALUES[field]} ${index}`]));
    const event = httpEvent({
      method: 'POST',
      path: `/sources/${source}/forms/${form}`,
      pathParameters: { source, form },
      headers: keyed ? { 'idempotency-key': `key-${index}` } : {},
      form: { email, last_name: 'Doe', message, ...values },
    });
    const given = await answerOf(fleet.invoke('submit-lead', event), 'a form post');
    if (given === undefined || (given.statusCode >= 500 && hasExcuse())) return;
    if (given.statusCode !== 202) return audit.violate(`a form post was answered ${given.statusCode}`);
    const { id } = acceptedBody.parse(JSON.parse(given.body ?? ''));
    if (!ledger.accepted.has(id)) ledger.accepted.set(id, { form, person, message, atMs: now() });
  };

  /** Zoho calls once for an edit and does not repeat. */
  const callWebhook = async ({ source, record, status }: StatusEdit, atMs: number): Promise<void> => {
    const known = statuses[status];
    if (known === undefined) return;
    const id = recordId(record);
    const edited = `${source} ${id} ${known.event}`;
    ledger.edited.set(edited, (ledger.edited.get(edited) ?? 0) + 1);
    const event = httpEvent({
      method: 'POST',
      path: `/sources/${source}`,
      pathParameters: { source },
      query: { api_key: keyOf(source) },
      form: {
        lead_id: id,
        cdp_id: `visitor-${record}`,
        lead_status: known.status,
        annual_revenue: '1,000.50',
        modified_time: new Date(atMs).toISOString(),
      },
    });
    const given = await answerOf(fleet.invoke('receive-webhook', event), 'a webhook call');
    if (given === undefined || (given.statusCode >= 500 && hasExcuse())) return;
    if (given.statusCode !== 200) return audit.violate(`a webhook call was answered ${given.statusCode}`);
    const { status: judged, reason } = judgedBody.parse(JSON.parse(given.body ?? ''));
    ledger.webhooks.push({
      source,
      recordId: id,
      event: known.event,
      status: judged,
      ...(reason === undefined ? {} : { reason }),
    });
  };

  /** What a page that says connected promises, looked up at that very moment. */
  const checkConnected = async (code: string): Promise<void> => {
    const secret = await stores.secrets.get(connectionSecretName(STAGE, CONNECTION), versionIdOf(code));
    const token = await readTokenItem(stores.tokens, CONNECTION);
    const lane = await readLane(stores.records, connectionLane(CONNECTION));
    if (typeof secret?.value.refreshToken !== 'string')
      audit.violate('a page said connected, and the refresh token is not in the secret store');
    if (token === undefined) audit.violate('a page said connected, and no grant stands in the table');
    // A newer grant than this visit's may have been refused meanwhile, and so may this one.
    const isRefused = lane?.reason === 'INVALID_TOKEN' || revokedAtMs >= startedAtMs;
    if (lane?.state !== 'open' && token?.secretVersionId === versionIdOf(code) && !isRefused)
      audit.violate('a page said connected, and the lane is not open');
  };
  /** Opens the connect link with this code; true when the page says connected. */
  const visit = async (code: string): Promise<boolean> => {
    startedAtMs = now();
    const event = httpEvent({
      method: 'GET',
      path: '/sources/demo',
      pathParameters: { source: 'demo' },
      query: { api_key: keyOf('demo'), zoho_code: code },
      headers: { accept: 'text/html' },
    });
    const given = await answerOf(fleet.invoke('connect-zoho', event), 'a connect visit');
    if (given?.body?.includes('data-outcome="connected"') !== true) return false;
    ledger.connected += 1;
    await checkConnected(code);
    return true;
  };

  return {
    post,
    edit: async (edit: StatusEdit): Promise<void> => {
      const atMs = now();
      await Promise.all(Array.from({ length: edit.copies }, () => callWebhook(edit, atMs)));
    },
    visit,
    /** Somebody ends the connection in Zoho. */
    revoke: async (): Promise<void> => {
      const token = await readTokenItem(stores.tokens, CONNECTION);
      const name = connectionSecretName(STAGE, CONNECTION);
      const secret = token === undefined ? undefined : await stores.secrets.get(name, token.secretVersionId);
      const refreshToken = secret?.value.refreshToken;
      if (typeof refreshToken !== 'string') return;
      revokedAtMs = now();
      await zoho.revoke(refreshToken).catch(() => undefined); // it is gone already
    },
  };
};
export type Actors = ReturnType<typeof createActors>;

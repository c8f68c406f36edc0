import type { OutboundAnswer, Send } from '../../../../lib/platform/outbound.ts';
import type { Item, Table } from '../../../../lib/platform/table.ts';
import { type AccessTokensDeps, createAccessTokens } from '../../../../lib/tokens/access-token.ts';
import { connectionSecretName } from '../../../../lib/tokens/connection-secret.ts';
import { tokenKey } from '../../../../lib/tokens/token-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createBenchPorts } from './bench-ports.ts';

export const ACCOUNTS = 'https://accounts.zoho.eu';
export const API = 'https://www.zohoapis.eu';
const VERSION = '11111111-1111-4111-8111-111111111111';

export const answered = (body: unknown, httpStatus = 200): OutboundAnswer => ({
  status: 'answered',
  httpStatus,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Zoho's accounts server in a test's hands: counts what is asked of it and answers as told, 200 ms later. */
export const createTokenBench = () => {
  const { clock, secrets, lines, ports } = createBenchPorts();
  const table = createMemoryTable('tokens');
  const asked: Array<{ atMs: number; url: string; body: URLSearchParams }> = [];
  let inFlight = 0;
  let mostInFlight = 0;
  let latencyMs = 200;

  const minted = () =>
    answered({
      access_token: `1000.token.${asked.length}`,
      api_domain: API,
      scope: 'ZohoCRM.modules.ALL',
      expires_in: 3600,
    });
  let answer: () => OutboundAnswer = minted;

  const send: Send = async (request) => {
    asked.push({ atMs: clock.now(), url: request.url, body: new URLSearchParams(await request.text()) });
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    const given = answer();
    await clock.sleep(latencyMs);
    inFlight -= 1;
    return given;
  };

  /** One more instance of a function: its own memory, the shared table. */
  const instance = (more: Partial<AccessTokensDeps> = {}) => createAccessTokens({ ...ports, table, send, ...more });

  const connect = async (
    item: Record<string, string | number | number[]> = {},
    secret: Record<string, string> = {},
  ): Promise<void> => {
    await secrets.put(
      connectionSecretName('test', 'demo'),
      {
        clientId: '1000.CLIENT',
        clientSecret: 'secret',
        refreshToken: '1000.refresh.token',
        accountsUrl: ACCOUNTS,
        ...secret,
      },
      VERSION,
    );
    await table.put({ pk: tokenKey('demo'), grant: 1, rev: 1, secretVersionId: VERSION, mints: [], ...item });
  };

  return {
    clock,
    table: table as Table,
    tableReads: () => table.counts.get,
    secrets,
    lines,
    asked,
    instance,
    connect,
    mostInFlight: () => mostInFlight,
    item: async (): Promise<Partial<Item>> => (await table.get(tokenKey('demo'))) ?? {},
    answerWith: (next: () => OutboundAnswer) => {
      answer = next;
    },
    answerWell: () => {
      answer = minted;
    },
    answerAfter: (ms: number) => {
      latencyMs = ms;
    },
  };
};

/** A stored token with this much life left. */
export const stored = (clock: { now: () => number }, lifeMs: number, value = '1000.stored.token') => ({
  accessToken: value,
  apiDomain: API,
  expiresAtMs: clock.now() + lifeMs,
});

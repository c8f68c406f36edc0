import { beforeAll } from '@jest/globals';
import { randomId, sha256Hex } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { createSourceKey, revokeSourceKey } from '../../../lib/sources/source-keys.ts';
import { type RawAnswer, type RawRequest, requestPieces, sendRaw } from '../../support/raw-http.ts';
import { type TestStack, useStack } from '../../support/stack.ts';
import { MARK } from './case.ts';

/** A second client in the same Zoho: a form for beacons without a redirect, and a key of its own. */
const otherSource = (accountsUrl: string) =>
  sourceSchema.parse({
    id: 'other',
    connection: 'demo',
    zoho: { accountsUrl },
    forms: {
      beacon: {
        fields: { Last_Name: { from: 'last_name', default: { emailName: 'email' } }, Email: 'email' },
        duplicateCheckFields: ['Email'],
        textPlain: true,
      },
    },
  });

const prepare = async (stack: TestStack): Promise<Record<string, string>> => {
  const deps = { table: stack.records, secrets: stack.secrets, stage: 'local', now: Date.now, randomId };
  const other = await applySource(otherSource(stack.addresses.sandbox), deps);
  const made = await createSourceKey('demo', deps);
  if (made.status !== 'created') throw new Error(`no second key: ${made.status}`);
  await revokeSourceKey('demo', made.id, deps);
  const { apiKey } = stack.demo;
  return {
    key: apiKey,
    'key:half': apiKey.slice(0, 16),
    'key:upper': apiKey.toUpperCase(),
    'key:sha256': sha256Hex(apiKey),
    'key:basic': Buffer.from(`demo:${apiKey}`).toString('base64'),
    'key:encoded': [...Buffer.from(apiKey)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    other: other.apiKey ?? '',
    revoked: made.key,
    origin: stack.addresses.inbox,
  };
};

/** One stack for all tables; what a case names in braces is filled in when it is sent. */
export const useWorld = () => {
  const stack = useStack();
  let known: Record<string, string> = {};
  beforeAll(async () => {
    known = await prepare(stack());
  });

  const wordsOf = (number: number): Record<string, string> => ({
    ...known,
    mail: `case-${number}-${MARK}@example.com`,
    lead: String(5_725_767_000_000_000_000n + BigInt(number)),
  });
  const fillText = (text: string, words: Record<string, string>): string =>
    text.replace(/\{([a-z:0-9]+)\}/g, (whole, name: string) => words[name] ?? whole);
  const fillBody = (body: Buffer | string, words: Record<string, string>): Buffer =>
    typeof body === 'string'
      ? Buffer.from(fillText(body, words))
      : Buffer.from(fillText(body.toString('latin1'), words), 'latin1');

  return {
    stack,
    /** Placeholders of one case. */
    fill: (text: string, number: number): string => fillText(text, wordsOf(number)),
    send: (request: RawRequest, number: number, limits: { deadlineMs?: number } = {}): Promise<RawAnswer> => {
      const words = wordsOf(number);
      const { gateway } = stack().addresses;
      const filled: RawRequest = {
        ...request,
        target: fillText(request.target, words),
        headers: (request.headers ?? []).map(([name, value]) => [name, fillText(value, words)] as const),
        ...(request.body === undefined ? {} : { body: fillBody(request.body, words) }),
      };
      return sendRaw(gateway, requestPieces(filled, new URL(gateway).host), limits);
    },
  };
};

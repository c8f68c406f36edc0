import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';

const PREFIX = 'whsec_';
const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');

const isSigningSecret = (text: string): boolean => {
  const key = text.startsWith(PREFIX) ? keyOf(text) : Buffer.alloc(0);
  return key.length >= 24 && key.length <= 64 && key.toString('base64') === text.slice(PREFIX.length);
};

/** `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, "Signature scheme"). */
export const signingSecret = z.string().check(z.refine(isSigningSecret, 'must be whsec_ and 24 to 64 bytes in base64'));

/**
 * The `webhook-signature` of one attempt: HMAC-SHA256 over id, time and the very bytes that are sent.
 * @param timestampSeconds of the attempt; receivers refuse what is more than five minutes off
 */
export const signWebhook = (secret: string, id: string, timestampSeconds: number, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestampSeconds}.${body}`, 'utf8').digest('base64')}`;

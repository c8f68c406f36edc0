import { createHash, createHmac } from 'node:crypto';
import type { SeenRequest } from './aws-answers.ts';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Whether AWS would take the request's signature, by its own description of Signature Version 4, without any code of an
 * SDK. For requests without a query.
 */
export const isSignedBy = ({ method, path, headers, body }: SeenRequest, secretAccessKey: string): boolean => {
  const [, scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const signedHeaders = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const canonical = [method, encodeURI(path), '', signedHeaders.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const isBodyHashTrue = (headers['x-amz-content-sha256'] ?? sha256(body)) === sha256(body);
  return hmac(key, toSign).toString('hex') === signature && isBodyHashTrue && names.split(';').includes('host');
};

import type { IncomingHttpHeaders } from 'node:http';
import { readParameters, type SandboxRequest } from '../request.ts';

const MASK = '***';
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'code',
  'token',
  'client_secret',
  'refresh_token',
  'access_token',
  'password',
  'api_key',
]);

/** A query or form as an object, secrets masked; a repeated name keeps all its values. */
export const maskParameters = (parameters: URLSearchParams): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name).map((value) => (SECRET_NAMES.has(name.toLowerCase()) ? MASK : value));
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );

/** The scheme of an Authorization stays readable: which one was sent is worth seeing. */
export const maskHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => {
      const text = Array.isArray(value) ? value.join(', ') : value;
      if (name === 'cookie') return [name, MASK];
      return [name, name === 'authorization' ? text.replace(/^(?:([\w-]+)(\s+))?.*$/s, `$1$2${MASK}`) : text];
    }),
  );

/**
 * A request body for the call log: what goes to the accounts server is shown as a form with its secrets masked, whatever
 * it was sent as; records are shown as they came.
 */
export const maskRequestBody = async (request: SandboxRequest): Promise<string | null> => {
  if (request.body.length === 0) return null;
  if (!request.path.startsWith('/oauth/')) return request.body.toString('utf8');
  const form = await readParameters({ ...request, query: new URLSearchParams() });
  for (const name of [...form.keys()]) if (SECRET_NAMES.has(name.toLowerCase())) form.set(name, MASK);
  const shown = form.toString();
  return shown === '' ? `(${request.body.length} bytes that are no form)` : shown;
};

/** An answer's body for the call log. Only the accounts server answers with secrets. */
export const maskResponseBody = (path: string, body: string): string | null => {
  if (body === '') return null;
  return path.startsWith('/oauth/') ? body.replace(/("(?:access|refresh)_token":")[^"]*/g, `$1${MASK}`) : body;
};

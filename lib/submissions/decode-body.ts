import type { FormFields } from '../mapping/form-fields.ts';
import { MAX_BODY_BYTES } from './body-limits.ts';
import { collectFields } from './collect-fields.ts';
import { readContentType } from './content-type.ts';
import { decodeJson } from './decode-json.ts';
import { decodeMultipart } from './decode-multipart.ts';
import { decodeUrlencoded } from './decode-urlencoded.ts';
import type { FieldProblem } from './field-problem.ts';
import { UnreadableBody } from './unreadable-body.ts';

export type DecodedBody =
  /** `fields` as they were typed, repeated names as lists; `files` is how many files were dropped. */
  | { status: 'decoded'; fields: FormFields; files: number }
  | { status: 'unreadable'; message: string }
  | { status: 'too_large' }
  | { status: 'unsupported'; what: 'type' | 'charset' | 'encoding' }
  | { status: 'over_limit'; problems: FieldProblem[] };

type Pairs = { pairs: Array<[name: string, value: string | string[]]>; files: number };

const UTF8: ReadonlySet<string> = new Set(['utf-8', 'utf8']);

/** A form's body as fields, from any of the encodings a browser or a script may use. Never throws for what was sent. */
export const decodeBody = async (
  request: { headers: Record<string, string>; body: Buffer },
  { textPlain }: { textPlain: boolean },
): Promise<DecodedBody> => {
  const { type, parameters } = readContentType(request.headers['content-type']);
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') return { status: 'unsupported', what: 'encoding' };
  if (!UTF8.has((parameters.get('charset') ?? 'utf-8').toLowerCase()))
    return { status: 'unsupported', what: 'charset' };
  if (request.body.byteLength > MAX_BODY_BYTES) return { status: 'too_large' };

  const decoders: Record<string, () => Pairs | Promise<Pairs>> = {
    'application/x-www-form-urlencoded': () => ({ pairs: decodeUrlencoded(request.body), files: 0 }),
    'multipart/form-data': () => decodeMultipart(request.body, parameters.get('boundary')),
    'application/json': () => ({ pairs: decodeJson(request.body), files: 0 }),
    // What sendBeacon can send across origins without asking first: JSON that calls itself text.
    ...(textPlain ? { 'text/plain': () => ({ pairs: decodeJson(request.body), files: 0 }) } : {}),
  };
  const decoder = Object.hasOwn(decoders, type) ? decoders[type] : undefined;
  if (decoder === undefined) return { status: 'unsupported', what: 'type' };

  try {
    const { pairs, files } = await decoder();
    const collected = collectFields(pairs);
    return collected.status === 'over_limit' ? collected : { status: 'decoded', fields: collected.fields, files };
  } catch (error) {
    if (error instanceof UnreadableBody) return { status: 'unreadable', message: error.message };
    throw error;
  }
};

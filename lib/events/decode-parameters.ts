import { readMultipart } from '../platform/multipart.ts';
import { decodeJson } from './decode-json.ts';
import type { Parameter } from './webhook-body.ts';

const ENCODED_RUN = /(?:%[0-9a-f]{2})+/gi;

/** Bytes that are no UTF-8 become U+FFFD; a `%` that encodes nothing stays what it is. */
const decodePart = (text: string): string =>
  text.replaceAll('+', ' ').replace(ENCODED_RUN, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

const decodeUrlencoded = (text: string): Parameter[] =>
  text
    .split('&')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at === -1 ? [decodePart(pair), ''] : [decodePart(pair.slice(0, at)), decodePart(pair.slice(at + 1))];
    });

const DECLARED_BOUNDARY = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const OPENING_LINE = /^\s*--([\x20-\x7e]{1,70}?)[ \t]*\r\n/;

/** The boundary the body is really divided by: the declared one if it occurs, else the one it opens with. */
const boundaryOf = (contentType: string | undefined, text: string): string | undefined => {
  const [, quoted, plain] = DECLARED_BOUNDARY.exec(contentType ?? '') ?? [];
  const declared = quoted ?? plain;
  if (declared !== undefined && text.includes(`--${declared}\r\n`)) return declared;
  const [, opening] = OPENING_LINE.exec(text) ?? [];
  return opening !== undefined && text.includes(`\r\n--${opening}--`) ? opening : undefined;
};

/** Markup, mail-like lines and binary data hold `=` as well, but do not start or run on like pairs. */
const looksUrlencoded = (text: string): boolean =>
  /^[\p{L}\w%$][^=<>{}"\r\n]*=/u.test(text) && !text.includes('\0') && (text.includes('&') || !/[\r\n]/.test(text));

/**
 * Parameters of a body, judged by what it holds rather than by its type: Zoho's raw webhooks may come with any type or
 * none. Undefined: not one of the forms a webhook comes in.
 */
export const decodeParameters = async (
  body: Buffer,
  contentType: string | undefined,
): Promise<Parameter[] | undefined> => {
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  const start = text.trimStart();
  if (start.startsWith('{')) return decodeJson(text);
  const boundary = boundaryOf(contentType, text);
  if (boundary !== undefined)
    return (await readMultipart(body, boundary))?.parts.map(([name, bytes]) => [name, bytes.toString('utf8')]);
  return looksUrlencoded(start.trimEnd()) ? decodeUrlencoded(text) : undefined;
};

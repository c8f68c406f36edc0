import type { BusboyInstance } from '@fastify/busboy';
import { decodeUtf8, UnreadableBody } from './unreadable-body.ts';

export type MultipartForm = { pairs: Array<[name: string, value: string]>; files: number };

/** The whole body is in memory, so parsing takes milliseconds; whoever needs longer waits for something that never comes. */
const DEADLINE_MS = 1_000;

const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
const BOUNDARY = /^[\x20-\x7e]{1,70}$/; // RFC 2046, 5.1.1

/** Parts that begin in the body, counted without the parser, which leaves out parts it cannot name. */
const countParts = (body: Buffer, boundary: string): number => {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  let parts = 0;
  for (let at = text.indexOf(delimiter); at !== -1; at = text.indexOf(delimiter, at + delimiter.length)) {
    const end = at + delimiter.length;
    if (text.toString('latin1', end, end + 2) === '--') break;
    parts += 1;
  }
  return parts;
};

/**
 * Every part is taken as a stream of bytes, so that fields can be decoded strictly. A stream that breaks off raises
 * its error on itself: without a listener there the process would end.
 */
const collect = (
  parser: BusboyInstance,
  fail: (error: unknown) => void,
): { pairs: Array<[string, Buffer[]]>; files: () => number; seen: () => number } => {
  const pairs: Array<[string, Buffer[]]> = [];
  let files = 0;
  let seen = 0;
  parser.on('file', (name: string | undefined, stream, filename: string | undefined, encoding) => {
    seen += 1;
    stream.on('error', fail);
    if (filename !== undefined) {
      if (filename !== '') files += 1; // a file input that was left empty comes with an empty name
      stream.resume();
      return;
    }
    if (name === undefined || !PLAIN_ENCODINGS.has(encoding))
      fail(new UnreadableBody('A part of the form cannot be read.'));
    const chunks: Buffer[] = [];
    pairs.push([name ?? '', chunks]);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  return { pairs, files: () => files, seen: () => seen };
};

/**
 * `multipart/form-data`: its text fields in order; files are dropped and counted.
 * @throws {UnreadableBody} for anything that is not a whole, well-formed form
 */
export const decodeMultipart = async (body: Buffer, boundary: string | undefined): Promise<MultipartForm> => {
  if (boundary === undefined || !BOUNDARY.test(boundary))
    throw new UnreadableBody('The multipart boundary is missing.');
  // Few forms are multipart: the others do not pay for loading it. A bundled CommonJS package has a default export only.
  const { default: busboy } = await import('@fastify/busboy');

  const parser = new busboy.Busboy({
    headers: { 'content-type': `multipart/form-data; boundary="${boundary.replace(/["\\]/g, '\\$&')}"` },
    isPartAFile: () => true,
  });

  return new Promise<MultipartForm>((resolve, reject) => {
    const fail = () => settle(() => reject(new UnreadableBody('The multipart form cannot be read.')));
    // A part without a usable Content-Disposition and over 16 KB makes the parser wait for ever.
    const deadline = setTimeout(fail, DEADLINE_MS);
    const settle = (how: () => void) => {
      clearTimeout(deadline);
      how();
    };
    const { pairs, files, seen } = collect(parser, fail);
    parser.on('error', fail);
    parser.on('finish', () => {
      if (seen() !== countParts(body, boundary)) return fail();
      try {
        const decoded = pairs.map(([name, chunks]): [string, string] => [name, decodeUtf8(Buffer.concat(chunks))]);
        settle(() => resolve({ pairs: decoded, files: files() }));
      } catch {
        fail();
      }
    });
    try {
      parser.end(body);
    } catch {
      fail();
    }
  });
};

import type { BusboyInstance } from '@fastify/busboy';

/** Text parts in order, as bytes; files are dropped and counted. */
export type MultipartForm = { parts: Array<[name: string, bytes: Buffer]>; files: number };

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
 * Every part is taken as a stream of bytes, so that whoever asked can decode them strictly. A stream that breaks off
 * raises its error on itself: without a listener there the process would end.
 */
const collect = (parser: BusboyInstance, fail: () => void) => {
  const parts: Array<[string, Buffer[]]> = [];
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
    if (name === undefined || !PLAIN_ENCODINGS.has(encoding)) fail();
    const chunks: Buffer[] = [];
    parts.push([name ?? '', chunks]);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  return {
    seen: () => seen,
    form: (): MultipartForm => ({ parts: parts.map(([name, chunks]) => [name, Buffer.concat(chunks)]), files }),
  };
};

/** A whole, well-formed `multipart/form-data` body; undefined for anything else. Never rejects. */
export const readMultipart = async (body: Buffer, boundary: string | undefined): Promise<MultipartForm | undefined> => {
  if (boundary === undefined || !BOUNDARY.test(boundary)) return undefined;
  // Few bodies are multipart: the others do not pay for loading it. A bundled CommonJS package has a default export only.
  const { default: busboy } = await import('@fastify/busboy');
  return new Promise((resolve) => {
    const settle = (form: MultipartForm | undefined): void => {
      clearTimeout(deadline);
      resolve(form);
    };
    const fail = (): void => settle(undefined);
    // A part without a usable Content-Disposition and over 16 KB makes the parser wait for ever.
    const deadline = setTimeout(fail, DEADLINE_MS);
    try {
      const parser = new busboy.Busboy({
        headers: { 'content-type': `multipart/form-data; boundary="${boundary.replace(/["\\]/g, '\\$&')}"` },
        isPartAFile: () => true,
      });
      const collected = collect(parser, fail);
      parser.on('error', fail);
      parser.on('finish', () => (collected.seen() === countParts(body, boundary) ? settle(collected.form()) : fail()));
      parser.end(body);
    } catch {
      fail();
    }
  });
};

import type { BusboyInstance } from '@fastify/busboy';
import type { Parameter } from './webhook-body.ts';

/** The body is in memory: parsing takes milliseconds, so what takes longer waits for something that never comes. */
const DEADLINE_MS = 500;

const partsIn = (body: Buffer, boundary: string): number =>
  body.toString('latin1').split(`--${boundary}\r\n`).length - 1;

/** Text fields into `into`; files are drained. Returns how many parts the parser has named. */
const listen = (parser: BusboyInstance, into: Parameter[], fail: () => void): (() => number) => {
  let parts = 0;
  parser.on('field', (name, value) => {
    parts += 1;
    into.push([name, value]);
  });
  parser.on('file', (_, stream) => {
    parts += 1;
    stream.on('error', fail); // a file that breaks off raises its error here; unheard, it would end the process
    stream.resume();
  });
  return () => parts;
};

/** Text fields of a `multipart/form-data` body in order; undefined when it is not whole. Never rejects. */
export const decodeMultipart = async (body: Buffer, boundary: string): Promise<Parameter[] | undefined> => {
  // Hardly a webhook is multipart: the others do not pay for loading it. A bundled CommonJS package has a default export only.
  const { default: busboy } = await import('@fastify/busboy');
  return new Promise((resolve) => {
    const fields: Parameter[] = [];
    const settle = (outcome: Parameter[] | undefined): void => {
      clearTimeout(deadline);
      resolve(outcome);
    };
    const fail = (): void => settle(undefined);
    // A part over 16 KB without a usable Content-Disposition makes the parser wait for ever.
    const deadline = setTimeout(fail, DEADLINE_MS);
    try {
      const parser = new busboy.Busboy({
        headers: { 'content-type': `multipart/form-data; boundary="${boundary.replace(/["\\]/g, '\\$&')}"` },
      });
      const parts = listen(parser, fields, fail);
      parser.on('error', fail);
      parser.on('finish', () => settle(parts() === partsIn(body, boundary) ? fields : undefined));
      parser.end(body);
    } catch {
      fail();
    }
  });
};

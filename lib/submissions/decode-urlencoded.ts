import { decodeUtf8, UnreadableBody } from './unreadable-body.ts';

const ENCODED_RUN = /(?:%[0-9a-f]{2})+/gi;

/** A `%` that encodes nothing stays what it is, as browsers read it; encoded bytes that are no UTF-8 are refused. */
const decodePart = (text: string): string => {
  try {
    return text.replaceAll('+', ' ').replace(ENCODED_RUN, (run) => decodeURIComponent(run));
  } catch {
    throw new UnreadableBody('The body is not valid UTF-8.');
  }
};

/** `application/x-www-form-urlencoded` as name and value pairs, in order. @throws {UnreadableBody} */
export const decodeUrlencoded = (body: Uint8Array): Array<[name: string, value: string]> =>
  decodeUtf8(body)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at === -1 ? [decodePart(pair), ''] : [decodePart(pair.slice(0, at)), decodePart(pair.slice(at + 1))];
    });

import { readMultipart } from '../platform/multipart.ts';
import { decodeUtf8, UnreadableBody } from './unreadable-body.ts';

export type MultipartPairs = { pairs: Array<[name: string, value: string]>; files: number };

/**
 * `multipart/form-data`: its text fields in order; files are dropped and counted.
 * @throws {UnreadableBody} for anything that is not a whole, well-formed form in UTF-8
 */
export const decodeMultipart = async (body: Buffer, boundary: string | undefined): Promise<MultipartPairs> => {
  const form = await readMultipart(body, boundary);
  if (form === undefined)
    throw new UnreadableBody(
      boundary === undefined ? 'The multipart boundary is missing.' : 'The multipart form cannot be read.',
    );
  return { pairs: form.parts.map(([name, bytes]) => [name, decodeUtf8(bytes)]), files: form.files };
};

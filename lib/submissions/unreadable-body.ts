import { AppError } from '../platform/errors.ts';

/** A body that is not what its content type promises. Thrown by the decoders only, and caught by `decodeBody`. */
export class UnreadableBody extends AppError {
  override readonly name = 'UnreadableBody';
  readonly code = 'body_unreadable';
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws {UnreadableBody} bytes that are not UTF-8: a replacement character in a lead's name would be silent damage */
export const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new UnreadableBody('The body is not valid UTF-8.');
  }
};

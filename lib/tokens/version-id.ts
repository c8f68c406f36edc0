import { sha256Hex } from '../platform/ids.ts';

/**
 * The VersionId of the secret that an authorization code leads to: a UUID made of the code's hash, so that every visit
 * with one code speaks of one version. It tells nothing of the code.
 */
export const versionIdOf = (authorizationCode: string): string => {
  const hex = sha256Hex(authorizationCode);
  // Version 8 and variant of RFC 9562: content of our own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

import type { Value } from './table.ts';

/** One version of a secret: its VersionId and its JSON content. */
export type Secret = { versionId: string; value: Record<string, Value> };

/**
 * Secrets Manager, as far as we use it. A value is one JSON object.
 * @throws {PlatformError} `secrets.unreachable`, `secrets.denied`
 */
export type SecretStore = {
  /** The given version, or the current one. Undefined when secret or version does not exist. */
  get(name: string, versionId?: string): Promise<Secret | undefined>;
  /**
   * Writes a version and makes it current; creates the secret when there is none.
   * `versionId` is the ClientRequestToken (a UUID): the same one with the same value is a repeat and succeeds,
   * with another value it is refused.
   */
  put(
    name: string,
    value: Record<string, Value>,
    versionId: string,
  ): Promise<{ status: 'stored' } | { status: 'version_taken' }>;
};

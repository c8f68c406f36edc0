import { createHash } from 'node:crypto';
import { PlatformError } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { Value } from '../platform/table.ts';
import type { Source } from './source.ts';

/** Where a source's destinations keep what they sign and authenticate with: `{<destination>: {signingSecret}}`. */
export const destinationsSecretName = (stage: string, source: string): string =>
  `leadloop/${stage}/destinations/${source}`;

/** 52 random characters; Standard Webhooks asks for 24 to 64 bytes, in base 64 after `whsec_`. */
const newSigningSecret = (randomId: RandomId): string =>
  `whsec_${Buffer.from(randomId() + randomId()).toString('base64')}`;

/**
 * The VersionId of the version that follows `versionId`. Two writers that began from the same version ask for the same
 * next one, and the store refuses the second.
 */
const nextVersionId = (name: string, versionId: string | undefined): string => {
  const hex = createHash('sha256')
    .update(JSON.stringify([name, versionId ?? null]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};

const signingSecretOf = (value: Value | undefined): Value | undefined =>
  typeof value === 'object' && !Array.isArray(value) ? value.signingSecret : undefined;

const ATTEMPTS = 5;

/**
 * Gives each webhook destination of the source a signing secret that has none yet. What stands there stays, also for
 * destinations that are gone: one that comes back is signed as before.
 * @returns the new secrets by destination, to be shown once
 * @throws {PlatformError} `secrets.contention`, `secrets.unreachable`, `secrets.denied`
 */
export const addSigningSecrets = async (
  source: Source,
  { secrets, stage, randomId }: { secrets: SecretStore; stage: string; randomId: RandomId },
): Promise<Record<string, string>> => {
  const wanted = Object.entries(source.destinations)
    .filter(([, { type }]) => type === 'webhook')
    .map(([name]) => name);
  if (wanted.length === 0) return {};
  const secretName = destinationsSecretName(stage, source.id);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const standing = await secrets.get(secretName);
    const kept = new Map(Object.entries(standing?.value ?? {}));
    const missing = wanted.filter((name) => signingSecretOf(kept.get(name)) === undefined);
    if (missing.length === 0) return {};
    const added = Object.fromEntries(missing.map((name) => [name, newSigningSecret(randomId)]));
    for (const [name, signingSecret] of Object.entries(added)) {
      const other = kept.get(name);
      kept.set(name, { ...(typeof other === 'object' && !Array.isArray(other) ? other : {}), signingSecret });
    }
    const put = await secrets.put(secretName, Object.fromEntries(kept), nextVersionId(secretName, standing?.versionId));
    if (put.status === 'stored') return added;
  }
  throw new PlatformError(
    'secrets.contention',
    'Others kept writing the signing secrets of this source; apply it again.',
  );
};

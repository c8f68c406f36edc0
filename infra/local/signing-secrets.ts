import * as z from 'zod/mini';
import type { SecretStore } from '../../lib/platform/secrets.ts';
import { sourceId } from '../../lib/sources/names.ts';
import { destinationsSecretName } from '../../lib/sources/signing-secrets.ts';

const ofDestinations = z.record(z.string(), z.looseObject({ signingSecret: z.optional(z.string()) }));

/** The `whsec_` secrets of all destinations a source has, whoever applied it; none for what is no source's id. */
export const signingSecretsOf = async (
  secrets: Pick<SecretStore, 'get'>,
  stage: string,
  source: string,
): Promise<string[]> => {
  if (!sourceId.safeParse(source).success) return [];
  const stored = await secrets.get(destinationsSecretName(stage, source));
  return Object.values(ofDestinations.parse(stored?.value ?? {})).flatMap(({ signingSecret }) => signingSecret ?? []);
};

import type { Secret, SecretStore } from '../../lib/platform/secrets.ts';

/** The secret store port in memory, with versions; `gets` counts reads. */
export const createMemorySecrets = (): SecretStore & { gets: () => number } => {
  const secrets = new Map<string, Secret[]>();
  let gets = 0;
  return {
    gets: () => gets,
    get: async (name, versionId) => {
      gets += 1;
      const versions = secrets.get(name) ?? [];
      return structuredClone(
        versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId),
      );
    },
    put: async (name, value, versionId) => {
      const versions = secrets.get(name) ?? [];
      const taken = versions.find((one) => one.versionId === versionId);
      if (taken)
        return JSON.stringify(taken.value) === JSON.stringify(value)
          ? { status: 'stored' }
          : { status: 'version_taken' };
      secrets.set(name, [...versions, { versionId, value: structuredClone(value) }]);
      return { status: 'stored' };
    },
  };
};

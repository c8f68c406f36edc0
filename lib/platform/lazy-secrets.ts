import type { SecretStore } from './secrets.ts';

/** Secrets Manager whose client is loaded by the first who needs it: most invocations never do. */
export const lazySecrets = (): (() => Promise<SecretStore>) => {
  let loading: Promise<SecretStore> | undefined;
  return () => {
    loading ??= import('./secrets-manager.ts').then(({ createSecretsManager }) => createSecretsManager());
    return loading;
  };
};

import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/** The SDK's clients, and what the bundles have in their place. */
const CLIENTS: Record<string, string> = {
  '@aws-sdk/client-dynamodb': 'dynamodb-client.ts',
  '@aws-sdk/client-lambda': 'lambda-client.ts',
  '@aws-sdk/client-secrets-manager': 'secrets-manager-client.ts',
};
/** Files of the SDK's parts that no path of ours reaches, but that its modules hold on to while they load. */
const WITHOUT: Record<string, string> = {
  // our clients read the environment; this one would also read ~/.aws
  'getEndpointFromConfig.js': 'export const getEndpointFromConfig = async () => undefined;',
  // for a Node without OpenSSL, which could not speak TLS either
  'Sha256Js.js': `export class Sha256Js { constructor() { throw new Error('this Node has no node:crypto'); } }`,
};
const ENDPOINT_RULES = /^(@aws-sdk\/client-[a-z-]+)\/endpoint-rules$/;

/**
 * The SDK as it comes looks for its settings wherever they may be, and brings what any operation of any service might
 * want. In the bundles its clients are replaced by those in this folder, which are made of its parts.
 */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup: ({ onLoad, onResolve, resolve }) => {
    onResolve({ filter: /^@aws-sdk\/client-/ }, ({ path }) => {
      const [, client] = ENDPOINT_RULES.exec(path) ?? [];
      if (client !== undefined)
        return { path: join(PACKAGES, client, 'dist-es/endpoint/endpointResolver.js'), sideEffects: false };
      const file = CLIENTS[path];
      return file === undefined
        ? { errors: [{ text: `${path} has no lean client: add one to infra/build/sdk/lean-sdk.ts` }] }
        : { path: join(import.meta.dirname, file), sideEffects: false };
    });
    // The SDK's parts are the copies that its DynamoDB client would take itself.
    onResolve({ filter: /^@smithy\// }, ({ path, importer, kind }) =>
      dirname(importer) === import.meta.dirname
        ? resolve(path, { resolveDir: join(PACKAGES, '@aws-sdk/client-dynamodb'), kind })
        : undefined,
    );
    // Imported on demand by parts that nothing here uses; they would drag what they share into every start.
    onResolve({ filter: /^(bowser|@smithy\/core\/event-streams)$/ }, () => ({
      path: 'nothing',
      namespace: 'left-out',
    }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export {};' }));
    onLoad({ filter: /node_modules\/@smithy\/core\// }, ({ path }) => {
      const contents = WITHOUT[basename(path)];
      return contents === undefined ? undefined : { contents };
    });
  },
};

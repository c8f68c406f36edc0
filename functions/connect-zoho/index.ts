import { sleep } from '../../lib/platform/clock.ts';
import { createDynamoTable } from '../../lib/platform/dynamo-client.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { randomId } from '../../lib/platform/ids.ts';
import { createLog } from '../../lib/platform/log.ts';
import { createSend } from '../../lib/platform/outbound.ts';
import type { SecretStore } from '../../lib/platform/secrets.ts';
import { writeLine } from '../../lib/platform/write-line.ts';
import { createSourceLoader } from '../../lib/sources/load-source.ts';
import { createConnect } from '../../lib/tokens/connect.ts';
import { isZohoOrigin } from '../../lib/zoho/data-centers.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(['STAGE', 'RECORDS_TABLE', 'TOKENS_TABLE', 'PUBLIC_URL']);
const { extraHosts } = environment;
const log = createLog(writeLine, Date.now, { function: 'connect-zoho', stage: environment.STAGE });

let store: Promise<SecretStore> | undefined;
/** Its SDK is loaded by the first visit that has a code; the steps page needs none. */
const secrets = (): Promise<SecretStore> => {
  store ??= import('../../lib/platform/secrets-manager.ts').then(({ createSecretsManager }) => createSecretsManager());
  return store;
};

export const handler = createHandler({
  loadSource: createSourceLoader({
    table: createDynamoTable({ tableName: environment.RECORDS_TABLE }),
    now: Date.now,
    log,
  }),
  connect: createConnect({
    table: createDynamoTable({ tableName: environment.TOKENS_TABLE }),
    recordsTable: environment.RECORDS_TABLE,
    secrets,
    stage: environment.STAGE,
    send: createSend(fetch, (origin) => isZohoOrigin(origin, extraHosts)),
    now: Date.now,
    sleep,
    random: Math.random,
    randomId,
    log,
    extraHosts,
  }),
  publicUrl: environment.PUBLIC_URL,
  extraHosts,
  log,
  now: Date.now,
});

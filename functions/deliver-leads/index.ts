import { sleep } from '../../lib/platform/clock.ts';
import { createDynamoTable } from '../../lib/platform/dynamo-client.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { randomId } from '../../lib/platform/ids.ts';
import { lazySecrets } from '../../lib/platform/lazy-secrets.ts';
import { createLog } from '../../lib/platform/log.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { createSend } from '../../lib/platform/outbound.ts';
import { writeLine } from '../../lib/platform/write-line.ts';
import { createSourceLoader } from '../../lib/sources/load-source.ts';
import { createAccessTokens } from '../../lib/tokens/access-token.ts';
import { isZohoOrigin } from '../../lib/zoho/data-centers.ts';
import { createHandler } from './handler.ts';

const { STAGE, RECORDS_TABLE, TOKENS_TABLE, extraHosts } = readEnvironment(['STAGE', 'RECORDS_TABLE', 'TOKENS_TABLE']);
const table = createDynamoTable({ tableName: RECORDS_TABLE });
const log = createLog(writeLine, Date.now, { function: 'deliver-leads', stage: STAGE });
const metrics = createMetrics(writeLine, Date.now, STAGE);
const send = createSend(fetch, (origin) => isZohoOrigin(origin, extraHosts));
const ports = { now: Date.now, sleep, random: Math.random, randomId, log, send, metrics };

export const handler = createHandler({
  ...ports,
  table,
  loadSource: createSourceLoader({ table, now: Date.now, log }),
  tokens: createAccessTokens({
    ...ports,
    table: createDynamoTable({ tableName: TOKENS_TABLE }),
    secrets: lazySecrets(),
    stage: STAGE,
    extraHosts,
  }),
});

import { urlRefusal } from '../../lib/destinations/allowed-url.ts';
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
import { createHandler } from './handler.ts';

const { STAGE, RECORDS_TABLE, extraHosts } = readEnvironment(['STAGE', 'RECORDS_TABLE']);
const table = createDynamoTable({ tableName: RECORDS_TABLE });
const log = createLog(writeLine, Date.now, { function: 'deliver-events', stage: STAGE });

export const handler = createHandler({
  table,
  log,
  metrics: createMetrics(writeLine, Date.now, STAGE),
  now: Date.now,
  sleep,
  random: Math.random,
  randomId,
  stage: STAGE,
  secrets: lazySecrets(),
  loadSource: createSourceLoader({ table, now: Date.now, log }),
  // Which URL a destination has was checked by the same rule; this holds for whatever reaches the socket.
  send: createSend(fetch, (origin) => urlRefusal(origin, extraHosts.destinations) === undefined),
  extraOrigins: extraHosts.destinations,
});

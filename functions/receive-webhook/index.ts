import { sleep } from '../../lib/platform/clock.ts';
import { createDynamoTable } from '../../lib/platform/dynamo-client.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { randomId } from '../../lib/platform/ids.ts';
import { createLog } from '../../lib/platform/log.ts';
import { writeLine } from '../../lib/platform/write-line.ts';
import { createSourceLoader } from '../../lib/sources/load-source.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(['STAGE', 'RECORDS_TABLE']);
const table = createDynamoTable({ tableName: environment.RECORDS_TABLE });
const log = createLog(writeLine, Date.now, { function: 'receive-webhook', stage: environment.STAGE });

export const handler = createHandler({
  table,
  loadSource: createSourceLoader({ table, now: Date.now, log }),
  now: Date.now,
  sleep,
  random: Math.random,
  randomId,
  log,
});

import { createDynamoTable } from '../../lib/platform/dynamo-client.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { createInvoke } from '../../lib/platform/lambda-invoke.ts';
import { createLog } from '../../lib/platform/log.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { writeLine } from '../../lib/platform/write-line.ts';
import { createDispatch } from '../../lib/work/dispatch.ts';
import { readLaneName } from '../../lib/work/lane-name.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment([
  'STAGE',
  'RECORDS_TABLE',
  'DELIVER_LEADS_FUNCTION',
  'DELIVER_EVENTS_FUNCTION',
  'MAX_LANES',
]);
const invoke = createInvoke();

export const handler = createHandler(
  createDispatch({
    table: createDynamoTable({ tableName: environment.RECORDS_TABLE }),
    now: Date.now,
    log: createLog(writeLine, Date.now, { function: 'dispatch', stage: environment.STAGE }),
    metrics: createMetrics(writeLine, Date.now, environment.STAGE),
    maxLanes: environment.MAX_LANES,
    startWorker: (lane) =>
      invoke(
        readLaneName(lane)?.kind === 'zoho' ? environment.DELIVER_LEADS_FUNCTION : environment.DELIVER_EVENTS_FUNCTION,
        { lane },
      ),
  }),
);

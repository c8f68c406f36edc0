import type { Context } from 'aws-lambda';
import type { LeadsDriverDeps } from '../../lib/leads/leads-driver.ts';
import { createLeadsDriver } from '../../lib/leads/leads-driver.ts';
import type { Log } from '../../lib/platform/log.ts';
import type { AccessTokens } from '../../lib/tokens/access-token.ts';
import { readLaneName } from '../../lib/work/lane-name.ts';
import { type RunLaneDeps, type RunLaneSummary, runLane } from '../../lib/work/run-lane.ts';
import { workerEvent } from '../../lib/work/worker-event.ts';

export type DeliverLeadsDeps = Omit<LeadsDriverDeps, 'connection' | 'tokens'> &
  Omit<RunLaneDeps, 'remainingMs'> & { log: Log; tokens: AccessTokens };

/** `{ lane: 'zoho#<connection>' }` from dispatch: drains a connection's lane into Zoho. */
export const createHandler =
  (deps: DeliverLeadsDeps) =>
  async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<RunLaneSummary> => {
    const { lane } = workerEvent.parse(event);
    const receiver = readLaneName(lane);
    if (receiver?.kind !== 'zoho') return { status: 'not_taken', reason: 'not_a_zoho_lane' };
    const driver = createLeadsDriver({ ...deps, connection: receiver.connection });
    try {
      return await runLane(lane, driver, { ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
    } finally {
      await deps.tokens.settled(); // Lambda freezes what is still open after the answer
    }
  };

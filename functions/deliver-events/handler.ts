import type { Context } from 'aws-lambda';
import { createEventsDriver, type EventsDriverDeps } from '../../lib/destinations/events-driver.ts';
import { readLaneName } from '../../lib/work/lane-name.ts';
import { type RunLaneDeps, type RunLaneSummary, runLane } from '../../lib/work/run-lane.ts';
import { workerEvent } from '../../lib/work/worker-event.ts';

export type DeliverEventsDeps = Omit<EventsDriverDeps, 'source' | 'destination'> & Omit<RunLaneDeps, 'remainingMs'>;

/** `{ lane: 'destination#<source>#<destination>' }` from dispatch: drains a destination's lane. */
export const createHandler =
  (deps: DeliverEventsDeps) =>
  async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<RunLaneSummary> => {
    const { lane } = workerEvent.parse(event);
    const receiver = readLaneName(lane);
    if (receiver?.kind !== 'destination') return { status: 'not_taken', reason: 'not_a_destination_lane' };
    const driver = await createEventsDriver({ ...deps, source: receiver.source, destination: receiver.destination });
    return runLane(lane, driver, { ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
  };

import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { createDispatch } from '../../lib/work/dispatch.ts';

/** The minute's tick, as `serverless.yml` sends it. */
export type TickEvent = { tick: true };

const isTick = (event: DynamoDBStreamEvent | TickEvent): event is TickEvent => 'tick' in event;

/** The lane whose bell an image carries; the mapping's filter lets only images with one through. */
const bellOf = (record: DynamoDBStreamEvent['Records'][number]): string[] => {
  const bell = record.dynamodb?.NewImage?.bell?.S;
  return bell === undefined ? [] : [bell];
};

/** Records-table stream and each minute: finds lanes with work and starts one worker for each; calls nobody outside. */
export const createHandler =
  (dispatch: ReturnType<typeof createDispatch>) =>
  async (event: DynamoDBStreamEvent | TickEvent): Promise<void> => {
    if (isTick(event)) await dispatch.tick();
    else await dispatch.bells(event.Records.flatMap(bellOf));
  };

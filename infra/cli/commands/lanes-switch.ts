import type { Table } from '../../../lib/platform/table.ts';
import { openLane, parkLane } from '../../../lib/work/lane-switch.ts';
import { CliError, type Command } from '../command.ts';
import { allLanes } from '../lanes.ts';
import { printable } from '../text-table.ts';

const unknownLane = async (lane: string, records: Table): Promise<CliError> => {
  const known = (await allLanes(records)).map(({ laneName }) => laneName);
  return new CliError(
    1,
    'unknown_lane',
    `There is no lane "${printable(lane)}" here. ${known.length === 0 ? 'None exists yet.' : `There are: ${known.join(', ')}.`}`,
  );
};

export const lanesPark: Command = {
  name: 'lanes park',
  args: 'LANE',
  takes: [1, 1],
  summary: 'stop a lane by hand: what comes in is kept and waits',
  details: 'For maintenance at a receiver, or after restoring a table. Quote the name: it holds #.',
  examples: ["npx leadloop lanes park 'zoho#demo'", "npx leadloop lanes park 'destination#acme#cdp' --stage prod"],
  run: async ({ positionals, target: openTarget }, { now }) => {
    const [lane = ''] = positionals;
    const { records } = await openTarget();
    if (!(await parkLane(records, lane, 'parked_by_operator', now()))) throw await unknownLane(lane, records);
    return {
      text: `${lane} is parked. A call that is under way ends first; npx leadloop lanes open '${lane}' lets it go on.`,
      json: { lane, state: 'parked' },
    };
  },
};

export const lanesOpen: Command = {
  name: 'lanes open',
  args: 'LANE',
  takes: [1, 1],
  summary: 'let a parked lane go on',
  details:
    'It starts with one item. A lane that Zoho’s refusal has parked is opened by a connect visit; opened by hand it is\nparked again by the next refusal.',
  examples: ["npx leadloop lanes open 'zoho#demo'"],
  run: async ({ positionals, target: openTarget }) => {
    const [lane = ''] = positionals;
    const { records } = await openTarget();
    const outcome = await openLane(records, lane);
    if (outcome === 'unknown') throw await unknownLane(lane, records);
    return {
      text: outcome === 'opened' ? `${lane} is open and goes on.` : `${lane} is open already.`,
      json: { lane, state: 'open', changed: outcome === 'opened' },
    };
  },
};

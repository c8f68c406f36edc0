import type { Command } from './command.ts';
import { connect } from './commands/connect.ts';
import { deliveriesList, deliveriesRerun, deliveriesShow } from './commands/deliveries.ts';
import { doctor } from './commands/doctor.ts';
import { eventsList, eventsShow } from './commands/events.ts';
import { keysCreate } from './commands/keys-create.ts';
import { keysRevoke } from './commands/keys-revoke.ts';
import { lanesList } from './commands/lanes-list.ts';
import { lanesOpen, lanesPark } from './commands/lanes-switch.ts';
import { sourceApply } from './commands/source-apply.ts';
import { sourceCheck } from './commands/source-check.ts';
import { sourceShow } from './commands/source-show.ts';
import { submissionsList } from './commands/submissions-list.ts';
import { submissionsRerun } from './commands/submissions-rerun.ts';
import { submissionsShow } from './commands/submissions-show.ts';
import { webhooksList, webhooksReplay } from './commands/webhooks.ts';

/** In the order the help shows them. */
export const commands: readonly Command[] = [
  sourceCheck,
  sourceApply,
  sourceShow,
  keysCreate,
  keysRevoke,
  connect,
  submissionsList,
  submissionsShow,
  submissionsRerun,
  deliveriesList,
  deliveriesShow,
  deliveriesRerun,
  eventsList,
  eventsShow,
  webhooksList,
  webhooksReplay,
  lanesList,
  lanesPark,
  lanesOpen,
  doctor,
];

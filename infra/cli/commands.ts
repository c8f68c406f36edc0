import type { Command } from './command.ts';
import { connect } from './commands/connect.ts';
import { keysCreate } from './commands/keys-create.ts';
import { lanesList } from './commands/lanes-list.ts';
import { sourceApply } from './commands/source-apply.ts';
import { sourceCheck } from './commands/source-check.ts';
import { sourceShow } from './commands/source-show.ts';
import { submissionsList } from './commands/submissions-list.ts';
import { submissionsRerun } from './commands/submissions-rerun.ts';
import { submissionsShow } from './commands/submissions-show.ts';

/** In the order the help shows them. */
export const commands: readonly Command[] = [
  sourceCheck,
  sourceApply,
  sourceShow,
  keysCreate,
  connect,
  submissionsList,
  submissionsShow,
  submissionsRerun,
  lanesList,
];

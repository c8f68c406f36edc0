import { rerunCommand } from '../rerun-command.ts';

export const submissionsRerun = rerunCommand('submission', {
  summary: 'send again, with today’s mapping: some by id, or all that are not delivered',
  opens: 'somebody has connected',
});

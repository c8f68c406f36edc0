import type { Coverage } from './crash-points.ts';
import { drain, workItems } from './drain.ts';
import { play } from './play.ts';
import type { Schedule } from './schedule.ts';
import { checkInvariants, judge } from './verdict.ts';
import { createWorld, type Defect } from './world.ts';

export type Run = {
  violations: string[];
  submissions: number;
  deliveries: number;
  kills: number;
  freezes: number;
  calls: number;
  /** Records that Zoho wrote, repeats included. */
  sendings: number;
  mints: number;
  /** Items that were dead and had to be run again by a person. */
  reran: number;
  troubles: ReadonlyMap<string, number>;
};

/** One world from its beginning to its verdict. The same schedule runs the same way each time. */
export const runSchedule = async (
  schedule: Schedule,
  options: { coverage: Coverage; defect?: Defect; trace?: (line: string) => void },
): Promise<Run> => {
  const world = await createWorld(schedule, options);
  await play(schedule, world);
  world.calm();
  const afterCrash = await checkInvariants(world, 'after the crash');
  const reran = await drain(world);
  const violations = [...afterCrash, ...(await judge(world))];
  const items = workItems(world);
  await world.zoho.close();
  return {
    violations,
    submissions: items.filter(({ kind }) => kind === 'submission').length,
    deliveries: items.filter(({ kind }) => kind === 'delivery').length,
    kills: world.doom.kills() + schedule.blackouts.length,
    freezes: world.doom.freezes(),
    calls: world.audit.calls(),
    sendings: world.audit.acts().length,
    mints: world.audit.mints(),
    reran: reran.size,
    troubles: world.troubles.counts(),
  };
};

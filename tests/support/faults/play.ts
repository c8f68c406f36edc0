import { HORIZON_MS, type Schedule } from './schedule.ts';
import type { World } from './world.ts';

/** How long after the last thing sent in the world still runs before everything is calmed. */
const AFTERMATH_MS = 40_000;
/** Somebody sees the alarm of a parked lane and opens the connect link. */
const RECONNECT_AFTER_MS = 90_000;

/** Plays the schedule's part in which things are sent in and go wrong. */
export const play = async (schedule: Schedule, world: World): Promise<void> => {
  const { clock, actors, zoho, bells, fleet } = world;
  let lastMs = 0;
  const at = (ms: number, act: () => Promise<unknown>): void => {
    lastMs = Math.max(lastMs, ms);
    void clock
      .sleep(ms)
      .then(act)
      .catch((error: unknown) => world.audit.violate(`the harness itself failed: ${String(error)}`));
  };

  const visit = async (tabs: number): Promise<void> => {
    const code = await zoho.newCode();
    await Promise.all(Array.from({ length: tabs }, () => actors.visit(code)));
  };
  at(0, () => visit(1));
  const { stretch } = schedule;
  for (const { atMs, tabs } of schedule.visits) at(atMs * stretch, () => visit(tabs));
  for (const [index, post] of schedule.posts.entries())
    for (const laterMs of [0, ...post.againMs]) at(post.atMs * stretch + laterMs, () => actors.post(post, index));
  for (const edit of schedule.edits) at(edit.atMs * stretch, () => actors.edit(edit));
  for (const atMs of schedule.revocations) {
    at(atMs * stretch, actors.revoke);
    at(atMs * stretch + RECONNECT_AFTER_MS, () => visit(1));
  }
  for (const atMs of schedule.blackouts) at(atMs * stretch, async () => fleet.killAll());

  if (world.hasTick) void bells.startTicking();
  await clock.advance(Math.max(lastMs, HORIZON_MS * stretch) + AFTERMATH_MS);
  bells.stopTicking();
};

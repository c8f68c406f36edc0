import type { Schedule } from '../../support/faults/schedule.ts';

/** Ten persons' posts and some status changes on a day without any trouble. */
export const calmSchedule = (more: Partial<Schedule> = {}): Schedule => ({
  noise: 1,
  stretch: 1,
  maxLanes: 50,
  posts: Array.from({ length: 20 }, (_, index) => ({
    atMs: 10_000 + index * 1_500,
    person: index % 5,
    form: index % 3 === 0 ? ('callback' as const) : ('contact' as const),
    fields: index % 2 === 0 ? ['company' as const] : ['country' as const, 'gclid' as const],
    againMs: index % 7 === 0 ? [40] : [],
    keyed: index % 4 === 0,
  })),
  edits: Array.from({ length: 12 }, (_, index) => ({
    atMs: 12_000 + index * 2_000,
    source: index % 2 === 0 ? ('demo' as const) : ('shop' as const),
    record: index % 3,
    status: index % 4,
    copies: 1 + (index % 2),
  })),
  visits: [],
  troubles: [],
  blows: [],
  blackouts: [],
  revocations: [],
  lost: 0,
  doubled: 0,
  ...more,
});

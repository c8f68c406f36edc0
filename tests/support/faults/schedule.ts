import fc from 'fast-check';
import { type Blow, crashPoints } from './crash-points.ts';
import { type Trouble, type TroubleTarget, troubleKinds } from './troubles.ts';

/** A form post. Persons write several times, with some fields filled in; who hears nothing sends the same once more. */
export type Post = {
  atMs: number;
  person: number;
  form: 'contact' | 'callback';
  fields: Array<'company' | 'country' | 'gclid'>;
  /** The same post again this much later, as an impatient visitor or a retrying script sends it. */
  againMs: number[];
  keyed: boolean;
};
/** A record's status is set in Zoho, whose workflow calls us, perhaps twice at once. */
export type StatusEdit = { atMs: number; source: 'demo' | 'shop'; record: number; status: number; copies: number };
/** Somebody opens the connect link with a fresh code, perhaps in two tabs. */
export type Visit = { atMs: number; tabs: number };

/** All that happens to one world. What is not in here comes from `noise`. */
export type Schedule = {
  noise: number;
  /** All times are so many times as long: within hours tokens expire. */
  stretch: number;
  /** Small enough to make lanes wait for each other, or large. */
  maxLanes: number;
  posts: Post[];
  edits: StatusEdit[];
  visits: Visit[];
  troubles: Trouble[];
  blows: Blow[];
  /** Every process dies at these times. */
  blackouts: number[];
  /** The connection's refresh token is revoked in Zoho at these times; somebody reconnects later. */
  revocations: number[];
  /** Shares of bells and worker starts that are lost, or come twice. */
  lost: number;
  doubled: number;
};

/** Length of the part of a run in which things are sent in. */
export const HORIZON_MS = 10 * 60_000;

const atMs = fc.oneof(
  fc.nat(HORIZON_MS),
  fc.nat({ max: 5 }).map((minute) => minute * 60_000), // bursts
);
const share = fc.oneof(fc.constant(0), fc.constant(0.3), fc.constant(0.9));

const post: fc.Arbitrary<Post> = fc.record({
  atMs,
  person: fc.nat(5),
  form: fc.constantFrom('contact' as const, 'contact' as const, 'callback' as const),
  fields: fc.subarray(['company' as const, 'country' as const, 'gclid' as const]),
  againMs: fc.array(fc.constantFrom(0, 40, 3_000, 700_000), { maxLength: 2 }),
  keyed: fc.boolean(),
});
const edit: fc.Arbitrary<StatusEdit> = fc.record({
  atMs,
  source: fc.constantFrom('demo' as const, 'shop' as const),
  record: fc.nat(3),
  status: fc.nat(5),
  copies: fc.constantFrom(1, 1, 2, 4),
});
const visit: fc.Arbitrary<Visit> = fc.record({ atMs, tabs: fc.constantFrom(1, 1, 2) });

const troubleOf = (target: TroubleTarget): fc.Arbitrary<Trouble> =>
  fc.record({
    target: fc.constant(target),
    kind: fc.constantFrom(...troubleKinds[target]),
    fromMs: fc.nat(HORIZON_MS),
    // The table is down for moments, receivers for longer.
    forMs: fc.constantFrom(2_000, 20_000, ...(target === 'table' ? [] : [120_000, 600_000])),
    rate: target === 'table' ? fc.constantFrom(0.1, 0.5, 1) : fc.constantFrom(0.2, 0.6, 1),
  }) as fc.Arbitrary<Trouble>;
const trouble = fc.oneof(
  { weight: 4, arbitrary: troubleOf('crm') },
  { weight: 2, arbitrary: troubleOf('inbox') },
  { weight: 2, arbitrary: troubleOf('accounts') },
  { weight: 2, arbitrary: troubleOf('table') },
  { weight: 1, arbitrary: troubleOf('secrets') },
);

const blow: fc.Arbitrary<Blow> = fc.record({
  point: fc.constantFrom(...crashPoints),
  nth: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)),
  frozenMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(1_000, 12_000, 40_000, 90_000) },
  ),
});

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  noise: fc.nat(),
  stretch: fc.constantFrom(1, 1, 1, 15),
  maxLanes: fc.constantFrom(50, 2),
  posts: fc.array(post, { minLength: 1, maxLength: 40, size: 'max' }),
  edits: fc.array(edit, { maxLength: 25, size: 'max' }),
  visits: fc.array(visit, { maxLength: 3 }),
  troubles: fc.array(trouble, { maxLength: 5 }),
  blows: fc.array(blow, { maxLength: 12, size: 'max' }),
  blackouts: fc.array(fc.nat(HORIZON_MS), { maxLength: 2 }),
  revocations: fc.array(fc.nat(HORIZON_MS), { maxLength: 1 }),
  lost: share,
  doubled: share,
});

import type { Batch } from '../work/lane-driver.ts';
import type { CallOutcome, ItemOutcome } from '../work/outcome.ts';
import { addUsage } from './add-usage.ts';
import { chooseTarget } from './choose-target.ts';
import type { FoundPeople } from './find-people.ts';
import type { LeadPayload } from './lead-payload.ts';
import { withWarning } from './not-permitted.ts';
import { writeTargets } from './write-targets.ts';
import type { ZohoCalls } from './zoho-calls.ts';

/**
 * Writes each submission to where its person is found. One whose person Zoho does not tell of waits for a person:
 * whatever was done with it could be wrong.
 */
export const writeToPeople = async (
  batch: Batch<LeadPayload>,
  { people, usage }: Extract<FoundPeople, { status: 'found' }>,
  zoho: ZohoCalls,
  mayCall: () => boolean,
): Promise<CallOutcome> => {
  const targets = batch.map(({ payload }, index) => {
    const person = people[index];
    return person === undefined || 'unknown' in person ? undefined : chooseTarget(payload, person);
  });
  const known = targets.flatMap((target, index) => (target === undefined ? [] : [{ target, index }]));
  const sent = batch.flatMap((one, index) => {
    const person = people[index];
    if (targets[index] === undefined || person === undefined || 'unknown' in person) return [];
    return person.unseen === undefined ? [one] : [{ ...one, payload: withWarning(one.payload, person.unseen) }];
  });
  const apart = (index: number): ItemOutcome => {
    const person = people[index];
    if (person === undefined || !('unknown' in person)) return { status: 'retry', code: 'no_result' };
    return { status: person.mayBeAnother === true ? 'retry' : 'rejected', code: person.unknown };
  };
  if (sent.length === 0) return { status: 'answered', outcomes: batch.map((_, index) => apart(index)), usage };
  const outcome = await writeTargets(
    sent,
    known.map(({ target }) => target),
    zoho,
    mayCall,
  );
  const counted = { ...outcome, usage: outcome.usage === undefined ? usage : addUsage(usage, outcome.usage) };
  if (sent.length === batch.length) return counted;
  const place = (index: number): number => known.findIndex((one) => one.index === index);
  switch (counted.status) {
    case 'answered': {
      const { outcomes } = counted;
      return { ...counted, outcomes: batch.map((_, index) => outcomes[place(index)] ?? apart(index)) };
    }
    case 'partly': {
      const { ends } = counted;
      return { ...counted, ends: batch.map((_, index) => ends[place(index)] ?? apart(index)) };
    }
    default: {
      const { usage: spent, ...fault } = counted;
      const ends = batch.map((_, index) => (place(index) < 0 ? apart(index) : fault));
      return { status: 'partly', ends, fault, usage: spent };
    }
  }
};

import type { Batch } from '../work/lane-driver.ts';
import type { CallOutcome } from '../work/outcome.ts';
import { addUsage } from './add-usage.ts';
import { chooseTarget } from './choose-target.ts';
import type { FoundPeople } from './find-people.ts';
import type { LeadPayload } from './lead-payload.ts';
import { withWarning } from './not-permitted.ts';
import { writeTargets } from './write-targets.ts';
import type { ZohoCalls } from './zoho-calls.ts';

/**
 * Writes each submission to where its person is found. One whose person has more records than Zoho tells of waits for a
 * person: whatever was done with it could be wrong.
 */
export const writeToPeople = async (
  batch: Batch<LeadPayload>,
  { people, usage }: Extract<FoundPeople, { status: 'found' }>,
  zoho: ZohoCalls,
  mayCall: () => boolean,
): Promise<CallOutcome> => {
  const targets = batch.map(({ payload }, index) => {
    const person = people[index];
    return person === undefined ? undefined : chooseTarget(payload, person);
  });
  const known = targets.flatMap((target, index) => (target === undefined ? [] : [{ target, index }]));
  const sent = batch.flatMap((one, index) => {
    if (targets[index] === undefined) return [];
    const { unseen } = people[index] ?? {};
    return unseen === undefined ? [one] : [{ ...one, payload: withWarning(one.payload, unseen) }];
  });
  const outcome = await writeTargets(
    sent,
    known.map(({ target }) => target),
    zoho,
    mayCall,
  );
  const counted = { ...outcome, usage: outcome.usage === undefined ? usage : addUsage(usage, outcome.usage) };
  if (sent.length === batch.length) return counted;
  const tooMany = { status: 'rejected', code: 'too_many_found' } as const;
  const place = (index: number): number => known.findIndex((one) => one.index === index);
  switch (counted.status) {
    case 'answered': {
      const { outcomes } = counted;
      return { ...counted, outcomes: batch.map((_, index) => outcomes[place(index)] ?? tooMany) };
    }
    case 'partly': {
      const { ends } = counted;
      return { ...counted, ends: batch.map((_, index) => ends[place(index)] ?? tooMany) };
    }
    default: {
      const { usage: spent, ...fault } = counted;
      const ends = batch.map((_, index) => (place(index) < 0 ? tooMany : fault));
      return { status: 'partly', ends, fault, usage: spent };
    }
  }
};

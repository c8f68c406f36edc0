import { isNotPermitted } from '../zoho/faults.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';
import { addUsage, withUsage } from './add-usage.ts';
import type { FoundPeople } from './find-people.ts';
import type { CallFault } from './zoho-calls.ts';

/** One value among a hundred is found by fifteen look-ups, two of them by twenty-seven; those of one call end here. */
const MOST_LOOK_UPS = 32;

type Told = FoundPeople | CallFault;
type Found = Extract<FoundPeople, { status: 'found' }>;

const isFault = (told: Told): told is CallFault => told.status !== 'found' && told.status !== 'refused';
const isSpoilt = (told: FoundPeople): boolean =>
  told.status === 'refused' || told.people.some((person) => 'unknown' in person);
const asTold = (told: FoundPeople, records: readonly ZohoRecord[]): Found => {
  const several = records.length > 1 ? { mayBeAnother: true as const } : {};
  const people = told.status === 'found' ? told.people : records.map(() => ({ unknown: told.code }));
  return {
    status: 'found',
    people: people.map((person) => ('unknown' in person ? { ...person, ...several } : person)),
    usage: told.usage,
  };
};

/** A person whom nobody has: a look-up that is refused for this one is refused for everybody. */
const nobody = (records: readonly ZohoRecord[], fields: readonly string[]): ZohoRecord =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = records.map((record) => record[field]).find((one) => one !== undefined);
      return value === undefined ? [] : [[field, typeof value === 'number' ? 0 : 'nobody@example.com']];
    }),
  );

/**
 * Looks up the people behind up to a hundred records together. Where one value spoils that, because Zoho refuses it or
 * finds more than it tells of, the value is found by halves: its submission waits for a person, the others do not. With
 * very many such values some are left for the next time.
 * @param fields what people are looked up by
 */
export const findEachPerson = async (
  records: readonly ZohoRecord[],
  fields: readonly string[],
  lookUp: (records: readonly ZohoRecord[]) => Promise<Told>,
): Promise<Told> => {
  let left = MOST_LOOK_UPS;
  const find = async (some: readonly ZohoRecord[]): Promise<Found | CallFault> => {
    left -= 1;
    const told = await lookUp(some);
    return isFault(told) ? told : apart(some, told);
  };
  const apart = async (some: readonly ZohoRecord[], told: FoundPeople): Promise<Found | CallFault> => {
    if (!isSpoilt(told) || some.length < 2 || left <= 0) return asTold(told, some);
    const middle = Math.ceil(some.length / 2);
    const first = await find(some.slice(0, middle));
    if (isFault(first)) return withUsage(first, told.usage);
    const usage = addUsage(told.usage, first.usage);
    const second = await find(some.slice(middle));
    if (isFault(second)) return withUsage(second, usage);
    return { status: 'found', people: [...first.people, ...second.people], usage: addUsage(usage, second.usage) };
  };

  const told = await lookUp(records);
  if (isFault(told) || !isSpoilt(told) || records.length < 2) return told;
  if (told.status === 'found') return apart(records, told);
  if (isNotPermitted(told.code)) return told;
  const probe = withUsage(await lookUp([nobody(records, fields)]), told.usage);
  return probe.status === 'found' ? apart(records, { ...told, usage: probe.usage }) : probe;
};

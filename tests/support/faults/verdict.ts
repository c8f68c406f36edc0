import { checkTable } from '../../../infra/cli/doctor/check-table.ts';
import { readAllLanes } from '../../../lib/work/all-lanes.ts';
import { isLeased } from '../../../lib/work/lease.ts';
import type { WorkItem } from '../../../lib/work/work-item.ts';
import { workItems } from './drain.ts';
import type { ZohoLead } from './in-process-zoho.ts';
import { hookPath, MARKER, sources } from './sources.ts';
import type { World } from './world.ts';

/** Index lag and the clocks' difference together: within it, who was newer cannot be told. */
const BLUR_MS = 5_500;
/** The Zoho field a form field goes to. */
const FIELDS = { message: 'Description', company: 'Company', country: 'Country', gclid: 'Google_Click_Id' } as const;

const fieldOf = (item: WorkItem, name: string): string | undefined => {
  const { fields } = item;
  const value =
    typeof fields === 'object' && fields !== null
      ? Object.entries(fields).find(([key]) => key === name)?.[1]
      : undefined;
  return typeof value === 'string' ? value : undefined;
};
const messageOf = (item: WorkItem): string => fieldOf(item, 'message') ?? '';

type Complain = (text: string) => void;

const checkItems = (world: World, items: WorkItem[], complain: Complain): void => {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const [id, { form }] of world.ledger.accepted)
    if (!byId.has(id)) complain(`an accepted submission of ${form} is not in the table`);
  for (const { kind, state, reason } of items)
    if (state !== 'delivered') complain(`a ${kind} ended ${state} (${reason ?? 'no reason'})`);
};

/** One record per person who wrote, with what each field was given last. */
const checkPersons = (world: World, items: WorkItem[], leads: ZohoLead[], complain: Complain): void => {
  const contacts = items.filter(({ form }) => form === 'contact');
  const people = Map.groupBy(contacts, (item) => fieldOf(item, 'email') ?? '');
  const lateMessages = new Set(world.audit.acts().flatMap(({ isLate, fields }) => (isLate ? [fields.Email] : [])));
  for (const [email, theirs] of people) {
    const records = leads.filter(({ Email }) => Email === email);
    if (records.length !== 1) {
      complain(`${email} is ${records.length} leads in Zoho instead of one`);
      continue;
    }
    if (lateMessages.has(email)) continue; // Zoho itself wrote something old after something new
    for (const [name, zohoName] of Object.entries(FIELDS)) {
      const giving = theirs.filter((item) => fieldOf(item, name) !== undefined);
      const newestMs = Math.max(...giving.map(({ createdAtMs }) => createdAtMs));
      const right = giving.filter(({ createdAtMs }) => createdAtMs >= newestMs - BLUR_MS);
      const standing = records[0]?.[zohoName];
      const writtenMs = Math.max(
        ...world.audit
          .acts()
          .filter(({ fields }) => fields.Email === email && fields[zohoName] === standing)
          .map(({ atMs }) => atMs),
      );
      // A newer post that is not on the index yet cannot be seen by the call of an older one.
      const wasBlind = writtenMs - newestMs <= BLUR_MS;
      if (giving.length > 0 && !wasBlind && !right.some((item) => fieldOf(item, name) === standing))
        complain(`${zohoName} of ${email} is ${standing}, not what was sent last`);
    }
  }
};

/** A form that inserts makes one record per submission, told by its marker. */
const checkInserts = (items: WorkItem[], leads: ZohoLead[], complain: Complain): void => {
  const counts = Map.groupBy(leads, (lead) => String(lead[MARKER] ?? ''));
  for (const { id, form, state } of items) {
    if (form !== 'callback') continue;
    const count = counts.get(id)?.length ?? 0;
    if (count > 1) complain(`a submission was inserted ${count} times`);
    if (count === 0 && state === 'delivered') complain('a submission counts as inserted and is not in Zoho');
  }
};

const checkUnexplained = (world: World, items: WorkItem[], leads: ZohoLead[], complain: Complain): void => {
  const messages = new Set(items.map(messageOf));
  for (const { Description } of leads)
    if (Description && !messages.has(Description)) complain('a lead in Zoho comes from no submission');
  for (const message of messages)
    if (message !== '' && !world.ledger.posted.has(message)) complain('a submission comes from no post');
};

/** What was recorded is an event in the table; each event has its deliveries, and each is in its inbox, once. */
const checkEvents = (world: World, complain: Complain): void => {
  const events = world.stores.memoryRecords.items().filter(({ kind }) => kind === 'event');
  const occurrences = (source: string, recordId: string, event: string): number =>
    events.filter((one) => one.source === source && one.recordId === recordId && one.type === event).length;
  const told = Map.groupBy(
    world.ledger.webhooks.filter(({ event }) => event !== undefined),
    ({ source, recordId, event }) => `${source} ${recordId} ${event}`,
  );
  for (const [key, calls] of told) {
    const [source = '', recordId = '', event = ''] = key.split(' ');
    const made = occurrences(source, recordId, event);
    const isPromised = calls.some(({ status }) => status === 'recorded' || status === 'unchanged');
    if (isPromised && made === 0) complain(`a status change was recorded and made no ${event}`);
    const recorded = calls.filter(({ status, reason }) => status === 'recorded' && reason === undefined).length;
    const every = sources.find(({ id }) => id === source)?.webhook?.count === 'every';
    if (every && made < recorded) complain(`${recorded} changes were recorded and made ${made} ${event}`);
    if (!every && made > 1) complain(`${event} was counted ${made} times`);
    if (made > (world.ledger.edited.get(key) ?? 0)) complain(`${event} was counted more often than Zoho called`);
  }
  for (const { id, name } of sources.flatMap((source) =>
    Object.keys(source.destinations).map((name) => ({ id: source.id, name })),
  )) {
    const received = new Set(
      world.receiver
        .inboxOf(hookPath(id, name))
        .events()
        .map((event) => event.id),
    );
    const made = new Set(events.filter(({ source }) => source === id).map((event) => String(event.id)));
    for (const event of made) if (!received.has(event)) complain(`an event is lost on its way to ${id}/${name}`);
    for (const event of received) if (!made.has(event)) complain(`${id}/${name} received an event nobody recorded`);
  }
};

const checkLanes = async (world: World, complain: Complain): Promise<void> => {
  for (const lane of await readAllLanes(world.stores.records)) {
    if (isLeased(lane, world.clock.now())) complain(`lane ${lane.laneName} is still leased`);
    if (lane.state !== 'open') complain(`lane ${lane.laneName} is ${lane.state} (${lane.reason ?? 'no reason'})`);
  }
};

/** Says that nobody has come for long: no wonder while bells, ticks and workers are lost. */
const NOBODY_CAME = 'claim_left_behind';

/** Holds every item of the table to what must be true of it at any moment, right after a crash too. */
export const checkInvariants = async (
  { stores, clock }: World,
  when: 'after the crash' | 'at rest',
): Promise<string[]> => {
  const { findings } = await checkTable(stores.memoryRecords.items(), {
    nowMs: clock.now(),
    getMany: stores.records.getMany,
  });
  return findings
    .filter(({ rule }) => when === 'at rest' || rule !== NOBODY_CAME)
    .map(({ rule, pk, message }) => `${when}, ${pk.split('#', 1)[0]}: ${rule} (${message})`);
};

/** Compares what those outside were told with what Zoho and the inboxes hold, once the world is at rest. */
export const judge = async (world: World): Promise<string[]> => {
  const violations = [...world.audit.violations];
  const complain = (text: string): void => {
    if (violations.length < 20) violations.push(text);
  };
  await world.clock.advance(11 * 60_000); // what limits the number of codes is forgotten
  const leads = await world.clock.run(world.zoho.leads(['Email', ...Object.values(FIELDS), MARKER]));
  const items = workItems(world);
  const submissions = items.filter(({ kind }) => kind === 'submission');
  checkItems(world, items, complain);
  checkPersons(world, submissions, leads, complain);
  checkInserts(submissions, leads, complain);
  checkUnexplained(world, submissions, leads, complain);
  checkEvents(world, complain);
  await checkLanes(world, complain);
  for (const finding of await checkInvariants(world, 'at rest')) complain(finding);
  return violations;
};

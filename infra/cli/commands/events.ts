import { readDelivery, readEventItem, type StoredEvent } from '../../../lib/events/event-item.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { deliveryKey, eventKey, isExpired, listKeyOf, workAttributes } from '../../../lib/work/work-item.ts';
import { CliError, type Command, wholeNumber } from '../command.ts';
import { iso, shortDuration } from '../durations.ts';
import { mask } from '../mask.ts';
import { countOf } from '../source-file.ts';
import { appliedSource, sourceIds } from '../sources.ts';
import { printable, textList, textTable } from '../text-table.ts';
import { daysKept } from '../work.ts';

const FEW = 50;
const DAY_MS = 86_400_000;

/** A source's events of the last days, newest first. */
const latestEvents = async (
  records: Table,
  source: string,
  { nowMs, days, limit }: { nowMs: number; days: number; limit: number },
): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for (let day = 0; day < days && found.length < limit; day += 1) {
    const partition = listKeyOf(source, 'event', nowMs - day * DAY_MS);
    const { rows } = await records.query({ index: 'list', partition, newestFirst: true, limit });
    const items = (await records.getMany(rows.map(({ pk }) => pk))).filter((item) => !isExpired(item, nowMs));
    found.push(...items.map(readEventItem).sort((a, b) => b.createdAtMs - a.createdAtMs));
  }
  return found.slice(0, limit);
};

const moneyOf = ({ event }: StoredEvent): string | undefined => {
  const { amount, amountProblem } = event.data;
  return amount === undefined ? amountProblem : `${amount.value} ${amount.currency}`;
};

export const eventsList: Command = {
  name: 'events list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show what status changes became, newest first: event, record, money',
  flags: {
    days: { type: 'string', value: 'N', help: 'how many days back (default 7)' },
    limit: { type: 'string', value: 'N', help: `how many at most (default ${FEW})` },
  },
  examples: ['npx leadloop events list demo', 'npx leadloop events list acme --stage prod --days 30 --json'],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const days = wholeNumber(flags, 'days', 7, daysKept.delivery);
    const limit = wholeNumber(flags, 'limit', FEW, 10_000);
    const { records } = await openTarget();
    const [named] = positionals;
    const sources = named === undefined ? await sourceIds(records) : [(await appliedSource(named, records)).source.id];
    const nowMs = now();
    const events = (await Promise.all(sources.map((id) => latestEvents(records, id, { nowMs, days, limit }))))
      .flat()
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .slice(0, limit);
    const table = textTable(
      [{ title: 'id' }, { title: 'age', right: true }, { title: 'status' }, { title: 'money', right: true }],
      events.map((stored) => [
        stored.event.id,
        shortDuration(nowMs - stored.createdAtMs),
        stored.event.data.status,
        moneyOf(stored),
      ]),
    );
    const json = {
      events: events.map(({ event, createdAtMs }) => ({
        id: event.id,
        type: event.type,
        source: event.data.source,
        module: event.data.module,
        recordId: event.data.recordId,
        status: event.data.status,
        amount: event.data.amount,
        amountProblem: event.data.amountProblem,
        timestamp: event.timestamp,
        createdAt: iso(createdAtMs),
      })),
    };
    return { text: events.length === 0 ? `No event in the last ${countOf(days, 'day')}.` : table, json };
  },
};

const maskValues = (values: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mask(String(value))]));

export const eventsShow: Command = {
  name: 'events show',
  args: 'ID',
  takes: [1, 1],
  summary: 'show one event and where its deliveries stand; personal values are masked',
  flags: { reveal: { type: 'boolean', help: 'show personal values as they are' } },
  examples: ['npx leadloop events show demo-Leads-5725767000000524157-ConvertedLead-1'],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const [id = ''] = positionals;
    const { records } = await openTarget();
    const item = await records.get(eventKey(id));
    if (item === undefined || isExpired(item, now()))
      throw new CliError(
        1,
        'unknown_event',
        `There is no event "${printable(id)}" here. npx leadloop events list shows what there is.`,
      );
    const { event } = readEventItem(item);
    const { source } = await appliedSource(event.data.source, records);
    const pks = Object.keys(source.destinations).map((name) => deliveryKey(id, name));
    const deliveries = (await records.getMany(pks)).map((one) => workAttributes.parse(one));
    const reveals = flags.reveal === true;
    const { person, clickIds, extra, cdpId, modifiedBy, ...data } = event.data;
    const shown = {
      ...event,
      data: {
        ...data,
        cdpId: reveals ? cdpId : mask(cdpId),
        ...(modifiedBy === undefined ? {} : { modifiedBy: reveals ? modifiedBy : mask(modifiedBy) }),
        person: reveals ? person : maskValues(person),
        // A click id is one person's click, and nobody knows what a client lets travel as extra.
        ...(clickIds === undefined ? {} : { clickIds: reveals ? clickIds : maskValues(clickIds) }),
        extra: reveals ? extra : maskValues(extra),
      },
    };
    const text = [
      JSON.stringify(shown, null, 2),
      ...(deliveries.length === 0
        ? ['\nNo deliveries.']
        : [
            `\nDeliveries\n${textList(
              deliveries.map((one) => [
                readDelivery(one).destination,
                `${one.state}${one.reason === undefined ? '' : ` (${one.reason})`}`,
              ]),
              '  ',
            )}`,
          ]),
    ].join('\n');
    const json = {
      event: shown,
      deliveries: deliveries.map((one) => ({
        id: one.id,
        destination: readDelivery(one).destination,
        state: one.state,
      })),
    };
    return { text, json };
  },
};

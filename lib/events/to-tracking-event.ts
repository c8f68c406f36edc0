import type { EventName, WebhookSettings } from '../sources/webhook-settings.ts';
import { convertAmount, parseAmount } from './money.ts';
import type { StatusChange } from './status-change.ts';
import type { TrackingEvent } from './tracking-event.ts';

/** Names one occurrence for good: every attempt, every destination and every repeat of the call give the same id. */
export const eventIdOf = (source: string, change: StatusChange, type: EventName, occurrence: number): string =>
  `${source}-${change.module}-${change.recordId}-${type}-${occurrence}`;

const moneyOf = (
  text: string | undefined,
  settings: WebhookSettings,
): Pick<TrackingEvent['data'], 'amount' | 'amountProblem'> => {
  if (text === undefined) return {};
  const { amountFormat, exchangeRate, currency } = settings;
  const source = parseAmount(text, amountFormat);
  if (source.status === 'refused') return { amountProblem: source.problem };
  const converted = convertAmount(source.value, exchangeRate, currency);
  if (converted.status === 'refused') return { amountProblem: converted.problem };
  return { amount: { value: converted.value, currency, sourceValue: source.value, exchangeRate } };
};

/** The standard event of one status change. An amount that cannot be read costs the event its amount, nothing else. */
export const toTrackingEvent = (
  change: StatusChange,
  of: {
    source: string;
    settings: WebhookSettings;
    type: EventName;
    occurrence: number;
    previousStatus: string | undefined;
    occurredAtMs: number;
  },
): TrackingEvent => ({
  id: eventIdOf(of.source, change, of.type, of.occurrence),
  type: of.type,
  timestamp: new Date(of.occurredAtMs).toISOString(),
  data: {
    source: of.source,
    module: change.module,
    recordId: change.recordId,
    cdpId: change.cdpId,
    status: change.status,
    ...(of.previousStatus === undefined ? {} : { previousStatus: of.previousStatus }),
    occurrence: of.occurrence,
    ...moneyOf(change.amountText, of.settings),
    ...(change.modifiedBy === undefined ? {} : { modifiedBy: change.modifiedBy }),
    person: change.person,
    ...(Object.keys(change.clickIds).length === 0 ? {} : { clickIds: change.clickIds }),
    extra: change.extra,
  },
});

import type { EventName, WebhookSettings } from './webhook-settings.ts';

type StatusTable = Record<string, EventName | null>;

/** What a fresh Zoho org's statuses mean; statuses that stand in neither table make no event. */
const defaults: Record<'Leads' | 'Deals', StatusTable> = {
  Leads: {
    Contacted: 'LeadContacted',
    'Pre-Qualified': 'ConvertedLead',
    'Lost Lead': 'LostLead',
    'Not Qualified': 'LostLead',
  },
  Deals: {
    Qualification: 'Opportunity',
    'Closed Won': 'WonDeal',
    'Closed Lost': 'LostLead',
    'Closed Lost to Competition': 'LostLead',
  },
};

/**
 * Stages that a fresh org shows under another name than it keeps; a webhook may carry either (Zoho CRM API, "Get
 * Pipelines").
 */
const actualByDisplay = new Map([
  ['identify decision makers', 'id. decision makers'],
  ['closed-lost to competition', 'closed lost to competition'],
]);

/** One spelling per status: without case, and Zoho's actual value for its display value. */
const comparable = (status: string): string => {
  const text = status.normalize('NFC').trim().toLowerCase();
  return actualByDisplay.get(text) ?? text;
};

const isModule = (module: string): module is keyof typeof defaults => Object.hasOwn(defaults, module);

/**
 * The event that a record in this status makes; undefined for a status, or a module, that makes none.
 * @param statuses the status as Zoho sent it, or its actual and display values, of which the first mapped one counts
 */
export const eventForStatus = (
  settings: Pick<WebhookSettings, 'statuses'>,
  module: string,
  statuses: string | readonly string[],
): EventName | undefined => {
  const own = settings.statuses;
  if (!isModule(module) || (own !== undefined && own[module] === undefined)) return undefined;
  const table = new Map(
    [defaults[module], own?.[module] ?? {}]
      .flatMap((entries) => Object.entries(entries))
      .map(([status, event]) => [comparable(status), event]),
  );
  for (const status of typeof statuses === 'string' ? [statuses] : statuses) {
    const event = table.get(comparable(status));
    if (event) return event;
  }
  return undefined;
};

/** Whether two spellings mean one status. */
export const isSameStatus = (a: string, b: string): boolean => comparable(a) === comparable(b);

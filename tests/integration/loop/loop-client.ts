import { createReceivers, type Receivers } from '../../../infra/local/demo/receivers.ts';
import { listLatest } from '../../../lib/work/list-items.ts';
import type { WorkItem } from '../../../lib/work/work-item.ts';
import type { TestStack } from '../../support/stack.ts';

/** A lead's call of the sandbox: the records that travelled in it. */
export type WriteCall = { records: Array<Record<string, unknown>>; status: number | null };

/** What the loop's tests do from outside, as a visitor, a salesperson or an operator would. */
export const loopClient = (stack: TestStack) => {
  const { addresses, demo, records } = stack;
  const receivers: Receivers = createReceivers(addresses);
  const webhookUrl = `${addresses.gateway}/sources/demo?${new URLSearchParams({ api_key: demo.apiKey })}`;

  return {
    ...receivers,
    post: (fields: Record<string, string>, { source = 'demo', form = 'contact' } = {}) =>
      fetch(`${addresses.gateway}/sources/${source}/forms/${form}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      }),
    webhook: (parameters: Record<string, string>) =>
      fetch(webhookUrl, { method: 'POST', body: new URLSearchParams(parameters) }),
    /** The one visit, with a fresh code. */
    connect: async (): Promise<string> => {
      const { code } = await receivers.newCode();
      const url = `${addresses.gateway}/sources/demo?${new URLSearchParams({ api_key: demo.apiKey, zoho_code: code })}`;
      const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
      return /data-outcome="([a-z]+)"/.exec(page)?.[1] ?? 'no page';
    },
    writes: async (): Promise<WriteCall[]> =>
      (await receivers.calls()).calls
        .filter(({ path }) => path.endsWith('/upsert'))
        .map(({ requestBody, status }) => ({
          status,
          records: (requestBody as { data: Array<Record<string, unknown>> }).data,
        })),
    submissions: (source = 'demo'): Promise<WorkItem[]> =>
      listLatest(records, { source, kind: 'submission', nowMs: Date.now(), days: 2 }),
    fault: (fault: Record<string, unknown>) =>
      fetch(`${addresses.sandbox}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      }),
  };
};

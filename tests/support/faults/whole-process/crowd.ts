import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { createReceivers } from '../../../../infra/local/demo/receivers.ts';
import type { Noise } from '../noise.ts';
import type { Line } from './killed-stack.ts';

export type Told = {
  /** Submission ids answered 202, with the e-mail they came with. */
  accepted: Map<string, string>;
  /** Every e-mail that was sent in, whether or not anybody was told. */
  sent: Set<string>;
  /** Ids of events whose status change was answered 200 `recorded`. */
  recorded: Set<string>;
};

const acceptedBody = z.object({ id: z.string() });
const recordedBody = z.object({ status: z.string(), reason: z.optional(z.string()) });

const STATUSES = [
  ['Contacted', 'LeadContacted'],
  ['Pre-Qualified', 'ConvertedLead'],
  ['Lost Lead', 'LostLead'],
] as const;

/** Visitors, Zoho's workflow and a salesperson, all at once, until they are told to stop; a broken connection tells nothing. */
export const createCrowd = ({ addresses, apiKey }: Line, told: Told, noise: Noise, life: number) => {
  const { gateway } = addresses;
  const webhookUrl = `${gateway}/sources/demo?${new URLSearchParams({ api_key: apiKey })}`;
  const receivers = createReceivers(addresses);
  const underWay = new Set<Promise<void>>();
  let isOver = false;
  let count = 0;
  let answers = 0;

  const form = async (): Promise<void> => {
    count += 1;
    const email = `life-${life}-${Math.floor(count / 2)}@example.com`; // everybody writes twice
    told.sent.add(email);
    const body = new URLSearchParams({ email, last_name: 'Doe', message: `message-${life}-${count}` });
    const answer = await fetch(`${gateway}/sources/demo/forms/contact`, { method: 'POST', body });
    answers += 1;
    if (answer.status === 202) told.accepted.set(acceptedBody.parse(await answer.json()).id, email);
  };

  const webhook = async (): Promise<void> => {
    const lead_id = String(5725767000001000000n + BigInt(life * 1_000 + noise.between(0, 30)));
    const [status, event] = STATUSES[noise.between(0, 2)] ?? STATUSES[0];
    const body = new URLSearchParams({ lead_id, lead_status: status, cdp_id: 'v-1', annual_revenue: '1,000.00' });
    const answer = await fetch(webhookUrl, { method: 'POST', body });
    if (answer.status !== 200) return;
    const judged = recordedBody.parse(await answer.json());
    const isEvent = judged.status === 'recorded' && judged.reason === undefined;
    if (isEvent) told.recorded.add(`demo-Leads-${lead_id}-${event}-1`);
  };

  /** Its own workflow calls us, and nobody outside hears what became of that. */
  const edit = async (): Promise<void> => {
    const leads = await receivers.leads();
    const lead = leads[noise.between(0, Math.max(0, leads.length - 1))];
    if (lead !== undefined) await receivers.editLead(lead.id, { Lead_Status: 'Contacted', CDP_ID: 'v-2' });
  };

  const act = (): void => {
    const one = (noise.chance(0.6) ? form : noise.chance(0.8) ? webhook : edit)().catch(() => undefined);
    const kept = one.finally(() => underWay.delete(kept));
    underWay.add(kept);
  };

  return {
    run: async (): Promise<void> => {
      while (!isOver) {
        act();
        await wait(noise.between(5, 60));
      }
    },
    /** Until some have been told something in this life: a kill before that would show nothing. */
    untilHeard: async (): Promise<void> => {
      for (let tries = 0; tries < 400 && answers < 5; tries += 1) await wait(50);
    },
    stop: async (): Promise<void> => {
      isOver = true;
      await Promise.all(underWay);
    },
  };
};

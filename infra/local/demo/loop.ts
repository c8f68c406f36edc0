import type { Receivers } from './receivers.ts';
import { askUntil, holdsFor, type Timeline } from './timeline.ts';

export type LoopOptions = {
  gateway: string;
  apiKey: string;
  /** The operator's re-run of everything that is not delivered yet; resolves to the number of submissions. */
  rerunAll: () => Promise<number>;
  /** Unique to this run, so that a demo over kept state still counts only its own. */
  run: string;
};

const REVENUE = 1000;

/** The whole loop, each step confirmed by the side that receives. */
export const runLoop = async (receivers: Receivers, timeline: Timeline, options: LoopOptions): Promise<void> => {
  const email = (who: string): string => `${who}-${options.run}@example.com`;
  const cdpId = (who: string): string => `visitor-${who}-${options.run}`;
  const before = new Set((await receivers.events()).map(({ id }) => id));
  const ownEvents = async () => (await receivers.events()).filter(({ id }) => !before.has(id));
  const ownLead = async (who: string) => (await receivers.leads()).filter((lead) => lead.Email === email(who));

  const post = async (who: string, fields: Record<string, string>): Promise<number> => {
    const response = await fetch(`${options.gateway}/sources/demo/forms/contact`, {
      method: 'POST',
      body: new URLSearchParams({ email: email(who), cdp_id: cdpId(who), country: 'Hong Kong', ...fields }),
    });
    await response.arrayBuffer();
    return response.status;
  };

  const connect = async () => {
    timeline.chapter('1. Connect: one visit');
    const { code } = await receivers.newCode();
    timeline.did('The Zoho admin generated a self-client code and opens the link');
    const url = new URL(`${options.gateway}/sources/demo`);
    url.search = new URLSearchParams({ api_key: options.apiKey, zoho_code: code }).toString();
    const response = await fetch(url, { headers: { accept: 'text/html' } });
    const outcome = /data-outcome="([a-z]+)"/.exec(await response.text())?.[1];
    const { mints } = await receivers.calls();
    timeline.saw(
      'connected',
      'sandbox',
      outcome === 'connected' && mints >= 1,
      'Zoho has issued a refresh token; nobody mailed one',
      { outcome, mints },
    );
  };

  const forms = async () => {
    timeline.chapter('2. Forms in: three visitors, four posts');
    const answers = await Promise.all([
      post('jane', { first_name: 'Jane', last_name: 'Doe', phone: '+852 5123 4567', productinterest: 'CRM;Analytics' }),
      post('jane', { first_name: 'Jane', last_name: 'Doe', phone: '+852 5123 4567', productinterest: 'CRM;Analytics' }),
    ]);
    timeline.did(`Jane posts the form, her browser posts it twice (answers ${answers.join(', ')})`);
    timeline.did(
      `Tai Man posts with a phone number that is none (answer ${await post('taiman', { last_name: 'Chan', phone: 'evenings only!', productinterest: 'CRM' })})`,
    );
    timeline.did(
      `Kim posts without a product interest (answer ${await post('kim', { last_name: 'Kim', phone: '+1 202 555 0143', country: 'United States', productinterest: '' })})`,
    );

    const { answer: leads } = await askUntil(
      async () => (await Promise.all(['jane', 'taiman', 'kim'].map(ownLead))).flat(),
      (found) => found.length >= 3,
      15_000,
    );
    timeline.saw('three_leads', 'sandbox', leads.length === 3, `${leads.length} leads in Zoho`, {
      leads: leads.length,
    });
    const [jane, taiMan, kim] = ['jane', 'taiman', 'kim'].map((who) => leads.find((lead) => lead.Email === email(who)));
    const writes = (await receivers.calls()).calls.filter(
      ({ path, requestBody }) => path.endsWith('/upsert') && JSON.stringify(requestBody).includes(email('jane')),
    );
    const janesRecords = writes
      .map(({ requestBody }) => JSON.stringify(requestBody).split(email('jane')).length - 1)
      .reduce((sum, count) => sum + count, 0);
    timeline.saw(
      'sent_once',
      'sandbox',
      janesRecords === 1 && jane?.Phone === '+85251234567',
      `Jane’s two posts reached Zoho once; phone ${jane?.Phone ?? 'missing'}`,
      { janesRecords, phone: jane?.Phone },
    );
    timeline.saw(
      'bad_phone',
      'sandbox',
      taiMan !== undefined && taiMan.Phone === null,
      'Tai Man’s lead is there, the bad phone number is not',
      { phone: taiMan?.Phone },
    );
    timeline.saw(
      'empty_interest',
      'sandbox',
      kim !== undefined && kim.Product_Interest === null,
      'Kim’s lead has no product interest, rather than an empty one',
      { productInterest: kim?.Product_Interest },
    );
    return jane;
  };

  const statusBack = async (leadId: string) => {
    timeline.chapter('3. Status back: a salesperson qualifies Jane');
    for (const time of ['once', 'twice']) {
      await receivers.editLead(leadId, { Lead_Status: 'Pre-Qualified', Annual_Revenue: REVENUE });
      timeline.did(`Jane’s lead is saved as Pre-Qualified ${time}; Zoho’s workflow calls the webhook each time`);
    }
    const isOurs = (event: { type: string; body: { data: { recordId: string } } }) =>
      event.body.data.recordId === leadId;
    await askUntil(ownEvents, (events) => events.some(isOurs), 15_000);
    const { answer } = await holdsFor(ownEvents, (events) => events.filter(isOurs).length === 1, 2_000);
    const events = answer.filter(isOurs);
    const [event] = events;
    const { amount } = event?.body.data ?? {};
    timeline.saw(
      'one_event',
      'inbox',
      events.length === 1 && event?.type === 'ConvertedLead',
      `${events.length} event, ${event?.type ?? 'none'}, for two webhook calls`,
      { events: events.length, type: event?.type },
    );
    timeline.saw('signed', 'inbox', event?.verified === true, 'its signature is valid', { verified: event?.verified });
    timeline.saw(
      'money',
      'inbox',
      amount?.value === '128.20' && amount.currency === 'USD',
      `${amount?.sourceValue} × ${amount?.exchangeRate} = ${amount?.value} ${amount?.currency}`,
      { amount },
    );
    timeline.saw(
      'joined',
      'inbox',
      event?.body.data.cdpId === cdpId('jane'),
      'it carries the visitor id Jane came with',
      { cdpId: event?.body.data.cdpId },
    );
  };

  const outage = async () => {
    timeline.chapter('4. Zoho is down for a while');
    await receivers.breakZoho(503);
    timeline.did(`Zoho answers 503; Lee posts the form (answer ${await post('lee', { last_name: 'Lee', phone: '' })})`);
    const refusals = async () =>
      (await receivers.calls()).calls.filter(({ path, status }) => path.endsWith('/upsert') && status === 503).length;
    const refused = await askUntil(refusals, (count) => count >= 2, 20_000);
    timeline.saw(
      'backs_off',
      'sandbox',
      refused.enough && (await ownLead('lee')).length === 0,
      `${refused.answer} calls refused, further and further apart; the lead waits`,
      { refused: refused.answer },
    );
    await receivers.mendZoho();
    const count = await options.rerunAll();
    const rerunAtMs = Date.now();
    timeline.did(`Zoho is back; an operator re-runs what waits (${count} submission${count === 1 ? '' : 's'})`);
    const found = await askUntil(
      () => ownLead('lee'),
      (leads) => leads.length > 0,
      15_000,
    );
    const afterMs = Date.now() - rerunAtMs;
    timeline.saw(
      'delivered',
      'sandbox',
      found.answer.length === 1 && afterMs < 8_000,
      `Lee’s lead is in Zoho ${(afterMs / 1000).toFixed(1)} s after the re-run, once`,
      { leads: found.answer.length, afterMs },
    );
  };

  await connect();
  const jane = await forms();
  if (jane !== undefined) await statusBack(jane.id);
  else timeline.saw('one_event', 'inbox', false, 'no lead to qualify', {});
  await outage();
};

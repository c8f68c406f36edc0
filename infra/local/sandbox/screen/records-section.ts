import type { Now } from '../../../../lib/platform/clock.ts';
import { type Html, html } from '../../../../lib/platform/html.ts';
import { decimalText } from '../crm/check-value.ts';
import { stages } from '../crm/deals-fields.ts';
import { leadStatuses } from '../crm/leads-fields.ts';
import { orgTime } from '../crm/org.ts';
import type { CrmRecord, RecordStore } from '../crm/record-store.ts';
import { convertedTo, convertLeadForm } from './convert-lead-form.ts';
import { selectField, shortTime, text, textField } from './form-parts.ts';

const SHOWN = 50;

const count = (store: RecordStore): Html | false => {
  const all = store.count();
  if (all === 0) return html`<p class="note">None yet.</p>`;
  return all > SHOWN && html`<p class="note">The newest ${SHOWN} of ${all}.</p>`;
};

const money = (value: unknown): string => (typeof value === 'number' ? decimalText(value) : '');

/** What is known besides the name, as far as it is known. */
const facts = (...parts: Array<Html | string>): Html[] =>
  parts.filter((part) => part !== '').map((part) => html`<span class="fact">${part}</span> `);

const leadCard = (record: CrmRecord, now: Now): Html => {
  const { id, values } = record;
  const name = [text(values.First_Name), text(values.Last_Name)].filter((part) => part !== '').join(' ');
  const interest = Array.isArray(values.Product_Interest) ? values.Product_Interest.map(String).join(', ') : '';
  return html`
<li id="lead-${id}" data-lead-id="${id}">
<div class="who"><strong>${name}</strong>
${facts(text(values.Email), text(values.Phone), text(values.Company), interest, text(values.CDP_ID) === '' ? '' : `CDP ID ${text(values.CDP_ID)}`, shortTime(orgTime(record.createdAtMs)))}</div>
${record.converted ? convertedTo(record) : leadForms(record, name, now)}</li>`;
};

const leadForms = (record: CrmRecord, name: string, now: Now): Html => {
  const { id, values } = record;
  return html`<div>
<form method="post" action="/screen/leads/${id}" aria-label="Edit ${name}">
${selectField({ id: `status-${id}`, name: 'Lead_Status', label: 'Lead status', options: leadStatuses, value: values.Lead_Status ?? null })}
${textField({ id: `revenue-${id}`, name: 'Annual_Revenue', label: 'Annual revenue', value: money(values.Annual_Revenue), hint: 'decimal' })}
<button type="submit">Save</button>
</form>
${convertLeadForm(record, name, now)}</div>`;
};

const dealCard = (record: CrmRecord): Html => {
  const { id, values } = record;
  return html`
<li id="deal-${id}" data-deal-id="${id}">
<div class="who"><strong>${text(values.Deal_Name)}</strong>
${facts(text(values.CDP_ID) === '' ? '' : `CDP ID ${text(values.CDP_ID)}`, shortTime(orgTime(record.createdAtMs)))}</div>
<form method="post" action="/screen/deals/${id}" aria-label="Edit ${text(values.Deal_Name)}">
${selectField({ id: `stage-${id}`, name: 'Stage', label: 'Stage', options: stages, value: values.Stage ?? null })}
${textField({ id: `amount-${id}`, name: 'Amount', label: 'Amount', value: money(values.Amount), hint: 'decimal' })}
<button type="submit">Save</button>
</form></li>`;
};

export const leadsSection = (store: RecordStore, now: Now): Html => html`
<section id="leads" aria-labelledby="leads-title"><h2 id="leads-title">Leads</h2>
${count(store)}
<ul class="records">${store.newest(SHOWN).map((record) => leadCard(record, now))}</ul></section>`;

export const dealsSection = (store: RecordStore): Html => html`
<section id="deals" aria-labelledby="deals-title"><h2 id="deals-title">Deals</h2>
${count(store)}
<details><summary>New deal</summary>
<form method="post" action="/screen/deals" class="stacked">
${textField({ id: 'new-deal-name', name: 'Deal_Name', label: 'Deal name' })}
${selectField({ id: 'new-deal-stage', name: 'Stage', label: 'Stage', options: stages, value: 'Qualification' })}
${textField({ id: 'new-deal-amount', name: 'Amount', label: 'Amount', hint: 'decimal' })}
${textField({ id: 'new-deal-cdp-id', name: 'CDP_ID', label: 'CDP ID' })}
<button type="submit">Create deal</button>
</form></details>
<ul class="records">${store.newest(SHOWN).map(dealCard)}</ul></section>`;

import type { Now } from '../../../../lib/platform/clock.ts';
import { type Html, html } from '../../../../lib/platform/html.ts';
import type { Cell } from '../crm/check-value.ts';
import { stages } from '../crm/deals-fields.ts';
import { orgTime } from '../crm/org.ts';
import type { CrmRecord } from '../crm/record-store.ts';
import { selectField, text, textField } from './form-parts.ts';
import { readMoney } from './money-text.ts';

const DAY_MS = 24 * 60 * 60_000;
const USUAL_DAYS_TO_CLOSE = 30;

/** What a salesperson fills in to convert a lead; all but the stage may be left empty, and without a name no deal is made. */
export const convertLeadForm = ({ id, values }: CrmRecord, name: string, now: Now): Html => html`
<details><summary aria-label="Convert ${name}">Convert</summary>
<form method="post" action="/screen/leads/${id}/convert" class="convert">
${textField({ id: `convert-name-${id}`, name: 'Deal_Name', label: 'Deal name', value: text(values.Company) === '' ? name : text(values.Company) })}
${textField({ id: `convert-amount-${id}`, name: 'Amount', label: 'Amount', hint: 'decimal' })}
${selectField({ id: `convert-stage-${id}`, name: 'Stage', label: 'Stage', options: stages, value: 'Qualification' })}
${textField({ id: `convert-date-${id}`, name: 'Closing_Date', label: 'Closing date', value: orgTime(now() + USUAL_DAYS_TO_CLOSE * DAY_MS).slice(0, 10), hint: 'date' })}
<p class="note">Without a deal name no deal is made.</p>
<button type="submit">Convert lead</button>
</form></details>`;

/** What the form asks for, as one entry of `data` of Zoho's convert call; undefined when the amount is no number. */
export const readConvertForm = (form: URLSearchParams): Record<string, unknown> | undefined => {
  const dealName = (form.get('Deal_Name') ?? '').trim();
  if (dealName === '') return {};
  const amount = readMoney(form.get('Amount') ?? '');
  if (amount.status === 'unreadable') return undefined;
  return {
    Deals: {
      Deal_Name: dealName,
      Stage: form.get('Stage'),
      Closing_Date: form.get('Closing_Date'),
      ...(amount.value === null ? {} : { Amount: amount.value }),
    },
  };
};

const nameOf = (value: Cell | undefined): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value.name ?? value.id) : '';
const idOf = (value: Cell | undefined): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value.id : '';

/** What a converted lead has become; only deals stand on the page and are linked. */
export const convertedTo = ({ values }: CrmRecord): Html => {
  const made: Array<[what: string, value: Cell | undefined]> = [
    ['Contact', values.Converted_Contact],
    ['Account', values.Converted_Account],
    ['Deal', values.Converted_Deal],
  ];
  const shown = made
    .filter(([, value]) => nameOf(value) !== '')
    .map(([what, value]) =>
      what === 'Deal'
        ? html`<span class="fact"><a href="#deal-${idOf(value)}">${what} ${nameOf(value)}</a></span> `
        : html`<span class="fact">${what} ${nameOf(value)}</span> `,
    );
  return html`<p class="converted"><span class="tag good">Converted</span> ${shown}</p>`;
};

import { type Html, html } from '../../../../lib/platform/html.ts';
import type { Cell } from '../crm/check-value.ts';
import type { Option } from '../crm/field.ts';

/** Ids are unique on the page, so that every label finds its control. */
export const textField = ({
  id,
  name,
  label,
  value = '',
  hint,
}: {
  id: string;
  name: string;
  label: string;
  value?: string;
  hint?: string;
}): Html => html`
<div><label for="${id}">${label}</label>
<input id="${id}" name="${name}" value="${value}" autocomplete="off"${hint === 'decimal' ? html` inputmode="decimal"` : ''}></div>`;

/** A value outside the list, which Zoho's API takes, is offered as well: saving must not change it. */
export const selectField = ({
  id,
  name,
  label,
  options,
  value,
}: {
  id: string;
  name: string;
  label: string;
  options: Option[];
  value: Cell;
}): Html => {
  const current = typeof value === 'string' ? value : '';
  const isListed = current === '' || options.some(({ actual }) => actual === current);
  const offered = isListed ? options : [...options, { actual: current, display: current }];
  const choices = offered.map(({ actual, display }) => {
    const sent = actual === '-None-' ? '' : actual;
    return html`<option value="${sent}"${sent === current ? html` selected` : ''}>${display}</option>`;
  });
  return html`
<div><label for="${id}">${label}</label>
<select id="${id}" name="${name}">${choices}</select></div>`;
};

export const text = (value: Cell | undefined): string => (typeof value === 'string' ? value : '');

/** Date and minute in the org's time zone. */
export const shortTime = (orgTime: string): Html =>
  html`<time datetime="${orgTime}">${orgTime.slice(0, 16).replace('T', ' ')}</time>`;

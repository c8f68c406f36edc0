import { type Html, html } from '../../../../lib/platform/html.ts';
import type { Cell } from '../crm/check-value.ts';
import type { Option } from '../crm/field.ts';

type Named = { id: string; name: string; label: string };

/** Ids are unique on the page, so that every label finds its control. */
export const textField = ({
  id,
  name,
  label,
  value = '',
  hint,
}: Named & { value?: string; hint?: 'decimal' | 'date' }): Html => html`
<div><label for="${id}">${label}</label>
<input id="${id}" name="${name}" value="${value}" autocomplete="off"${hint === 'decimal' && html` inputmode="decimal"`}${hint === 'date' && html` type="date"`}></div>`;

/** One of the choices, each with the text that is sent and the one that is shown. */
export const choiceField = ({
  id,
  name,
  label,
  choices,
  value,
}: Named & { choices: Array<[sent: string, shown: string]>; value: string }): Html => html`
<div><label for="${id}">${label}</label>
<select id="${id}" name="${name}">${choices.map(
  ([sent, shown]) => html`<option value="${sent}"${sent === value && html` selected`}>${shown}</option>`,
)}</select></div>`;

/** A value outside the list, which Zoho's API takes, is offered as well: saving must not change it. */
export const selectField = ({ options, value, ...named }: Named & { options: Option[]; value: Cell }): Html => {
  const current = typeof value === 'string' ? value : '';
  const isListed = current === '' || options.some(({ actual }) => actual === current);
  const offered = isListed ? options : [...options, { actual: current, display: current }];
  return choiceField({
    ...named,
    choices: offered.map(({ actual, display }) => [actual === '-None-' ? '' : actual, display]),
    value: current,
  });
};

export const text = (value: Cell | undefined): string => (typeof value === 'string' ? value : '');

/** Date and minute in the org's time zone. */
export const shortTime = (orgTime: string): Html =>
  html`<time datetime="${orgTime}">${orgTime.slice(0, 16).replace('T', ' ')}</time>`;

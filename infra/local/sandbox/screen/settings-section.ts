import { type Html, html } from '../../../../lib/platform/html.ts';
import { messageOf, problemsOf } from '../../../../lib/sources/describe-issue.ts';
import { emptyForms, MAX_COPIES, type SandboxSettings, type SettingsWish, settingsWish } from '../settings.ts';
import { moneyFormats } from '../webhooks/money-format.ts';
import { choiceField, textField } from './form-parts.ts';

const EMPTY: Record<(typeof emptyForms)[number], string> = {
  '': 'nothing',
  null: 'null',
  '-None-': '-None-',
  '${…}': '${…}, the merge field itself',
};
const times = (copies: number): string => (copies === 0 ? 'once' : copies === 1 ? 'twice' : `${copies + 1} times`);

const LABELS: Record<keyof SandboxSettings, string> = {
  emptyAs: 'Empty fields arrive as',
  moneyFormat: 'A thousand arrives as',
  duplicate: 'Each webhook is sent',
  reorder: 'Webhooks of one record arrive',
  searchLagSeconds: 'Seconds until search finds a write',
};
const ORDERS: Array<[string, string]> = [
  ['false', 'in order'],
  ['true', 'turned around in pairs'],
];

/** What Zoho leaves open about its webhooks and its search, as this sandbox has it, and a form to change it. */
export const settingsSection = (now: SandboxSettings): Html => {
  const shown: Array<[label: string, value: string]> = [
    [LABELS.emptyAs, EMPTY[now.emptyAs]],
    [LABELS.moneyFormat, now.moneyFormat],
    [LABELS.duplicate, times(Number(now.duplicate))],
    [LABELS.reorder, now.reorder ? 'turned around in pairs' : 'in order'],
    [LABELS.searchLagSeconds, String(now.searchLagSeconds)],
  ];
  return html`
<section id="settings" aria-labelledby="settings-title"><h2 id="settings-title">What Zoho leaves open</h2>
<dl class="facts">${shown.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<details><summary>Change</summary>
<form method="post" action="/screen/settings" class="stacked">
${choiceField({ id: 'empty-as', name: 'emptyAs', label: LABELS.emptyAs, choices: emptyForms.map((form) => [form, EMPTY[form]]), value: now.emptyAs })}
${choiceField({ id: 'money-format', name: 'moneyFormat', label: LABELS.moneyFormat, choices: moneyFormats.map((format) => [format, format]), value: now.moneyFormat })}
${choiceField({ id: 'duplicate', name: 'duplicate', label: LABELS.duplicate, choices: Array.from({ length: MAX_COPIES + 1 }, (_, copies) => [String(copies), times(copies)]), value: String(Number(now.duplicate)) })}
${choiceField({ id: 'reorder', name: 'reorder', label: LABELS.reorder, choices: ORDERS, value: String(now.reorder) })}
${textField({ id: 'search-lag', name: 'searchLagSeconds', label: LABELS.searchLagSeconds, value: String(now.searchLagSeconds), hint: 'decimal' })}
<button type="submit">Save settings</button>
</form></details>
</section>`;
};

/** What the form asks for, checked like the control API's. */
export const readSettingsForm = (
  form: URLSearchParams,
): { status: 'read'; wish: SettingsWish } | { status: 'wrong'; message: string } => {
  const given = {
    emptyAs: form.get('emptyAs'),
    moneyFormat: form.get('moneyFormat'),
    duplicate: readNumber(form.get('duplicate')),
    reorder: form.get('reorder') === 'true',
    searchLagSeconds: readNumber(form.get('searchLagSeconds')),
  };
  const parsed = settingsWish.safeParse(given, { error: messageOf });
  if (parsed.success) return { status: 'read', wish: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, given));
  const labelOf = (key: PropertyKey | undefined): string =>
    Object.entries(LABELS).find(([name]) => name === key)?.[1] ?? '';
  return {
    status: 'wrong',
    message: problems.map(({ path, message }) => `“${labelOf(path[0])}” ${message}`).join('; '),
  };
};

const readNumber = (text: string | null): number | string | null =>
  text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;

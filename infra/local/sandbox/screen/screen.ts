import { isKnownScope, parseScopes } from '../accounts/scopes.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { convertLead } from '../crm/convert/convert-lead.ts';
import type { ErrorItem } from '../crm/errors.ts';
import type { ModuleName } from '../crm/modules.ts';
import { type WriteCall, type WriteItem, writeRecords } from '../crm/write-records.ts';
import type { SandboxRequest } from '../request.ts';
import type { Rooms } from '../rooms.ts';
import { CODE_MINUTES } from './codes-section.ts';
import { readConvertForm } from './convert-lead-form.ts';
import { readMoney } from './money-text.ts';
import { type Notice, screenPage } from './screen-page.ts';
import { readSettingsForm } from './settings-section.ts';

const NOTICES: Partial<Record<string, Notice>> = {
  saved: { tone: 'good', text: 'Saved.' },
  converted: { tone: 'good', text: 'Lead converted.' },
  created: { tone: 'good', text: 'Deal created.' },
  settings: { tone: 'good', text: 'Settings saved.' },
  code: { tone: 'good', text: 'Code generated. It stands under “Self client”.' },
};

/** The CRM screen at `/` and the forms on it; each form ends with a 303 back to the page. */
export const screen = (request: SandboxRequest, rooms: Rooms): SandboxAnswer => {
  if (request.path === '/')
    return request.method === 'GET'
      ? screenPage(rooms, 200, NOTICES[request.query.get('done') ?? ''])
      : jsonAnswer(405, { error: { code: 'wrong_method', message: 'The CRM screen is read by GET.' } });

  const [, , what, id, below, ...rest] = request.path.split('/');
  if (request.method === 'POST' && rest.length === 0) {
    const form = new URLSearchParams(request.body.toString('utf8'));
    if (what === 'leads' && id && below === 'convert') return convertALead(rooms, id, form);
    if (what === 'leads' && id && below === undefined) return saveLead(rooms, id, form);
    if (what === 'deals' && below === undefined) return id ? saveDeal(rooms, id, form) : createDeal(rooms, form);
    if (what === 'codes') return generateCode(rooms, form);
    if (what === 'settings') return changeSettings(rooms, form);
  }
  return screenPage(rooms, 404, { tone: 'bad', text: 'There is no such page.' });
};

const refused = (rooms: Rooms, text: string, status = 422): SandboxAnswer =>
  screenPage(rooms, status, { tone: 'bad', text });

const backTo = (done: string, fragment: string): SandboxAnswer => ({
  status: 303,
  headers: { location: `/?done=${done}#${fragment}` },
  body: '',
  credits: 0,
});

const GONE = 'This record does not exist any more.';
const noNumber = (label: string): string => `${label} must be a number such as 1250.50. Nothing was saved.`;

const saveLead = (rooms: Rooms, id: string, form: URLSearchParams): SandboxAnswer => {
  const revenue = readMoney(form.get('Annual_Revenue') ?? '');
  if (revenue.status === 'unreadable') return refused(rooms, noNumber('Annual revenue'));
  return save(rooms, 'Leads', id, { Lead_Status: form.get('Lead_Status'), Annual_Revenue: revenue.value });
};

const saveDeal = (rooms: Rooms, id: string, form: URLSearchParams): SandboxAnswer => {
  const amount = readMoney(form.get('Amount') ?? '');
  if (amount.status === 'unreadable') return refused(rooms, noNumber('Amount'));
  return save(rooms, 'Deals', id, { Stage: form.get('Stage'), Amount: amount.value });
};

const convertALead = (rooms: Rooms, id: string, form: URLSearchParams): SandboxAnswer => {
  const wish = readConvertForm(form);
  if (wish === undefined) return refused(rooms, noNumber('Amount'));
  if (!rooms.stores.Leads.get(id)) return refused(rooms, GONE, 404);
  const outcome = convertLead(rooms, id, wish);
  if (outcome.status !== 'converted') return refused(rooms, `Not converted: ${problemIn(outcome.item)}.`);
  return { ...backTo('converted', `lead-${id}`), afterwards: rooms.onWritten(outcome.written, true) };
};

const createDeal = (rooms: Rooms, form: URLSearchParams): SandboxAnswer => {
  const amount = readMoney(form.get('Amount') ?? '');
  if (amount.status === 'unreadable') return refused(rooms, noNumber('Amount'));
  const record = {
    Deal_Name: form.get('Deal_Name'),
    Stage: form.get('Stage'),
    Amount: amount.value,
    CDP_ID: form.get('CDP_ID'),
  };
  return write(rooms, 'Deals', { kind: 'insert', data: [record], duplicateCheckFields: [] }, 'created', 'deals');
};

const save = (rooms: Rooms, module: ModuleName, id: string, record: Record<string, unknown>): SandboxAnswer => {
  if (!rooms.stores[module].get(id)) return refused(rooms, GONE, 404);
  const fragment = `${module === 'Leads' ? 'lead' : 'deal'}-${id}`;
  return write(
    rooms,
    module,
    { kind: 'update', data: [record], duplicateCheckFields: [], pathId: id },
    'saved',
    fragment,
  );
};

/** People's edits take the same way as the API's: same checks, same workflow rules. */
const write = (rooms: Rooms, module: ModuleName, call: WriteCall, done: string, fragment: string): SandboxAnswer => {
  const outcome = writeRecords(
    { module: rooms.modules.named(module), store: rooms.stores[module], nextId: rooms.nextId, now: rooms.now },
    call,
  );
  if (outcome.written.length === 0) return refused(rooms, `Not saved: ${problemIn(outcome.items[0])}.`);
  return { ...backTo(done, fragment), afterwards: rooms.onWritten(outcome.written, true) };
};

const isError = (item: unknown): item is ErrorItem =>
  typeof item === 'object' && item !== null && 'status' in item && item.status === 'error';

/** What Zoho says of a record, for people; several errors one after the other. */
const problemIn = (item: WriteItem | undefined): string => {
  if (!isError(item)) return 'nothing was written';
  const { errors, api_name: name } = item.details;
  if (Array.isArray(errors)) return errors.filter(isError).map(problemIn).join('; ');
  return typeof name === 'string' ? `${item.message} (${name.replaceAll('_', ' ')})` : item.message;
};

const changeSettings = (rooms: Rooms, form: URLSearchParams): SandboxAnswer => {
  const read = readSettingsForm(form);
  if (read.status === 'wrong') return refused(rooms, `${read.message}. Nothing was changed.`);
  rooms.setSettings(read.wish);
  return backTo('settings', 'settings');
};

const generateCode = (rooms: Rooms, form: URLSearchParams): SandboxAnswer => {
  const scope = parseScopes(form.get('scope') ?? '');
  const minutes = Number(form.get('minutes'));
  const unknown = scope.find((name) => !isKnownScope(name));
  if (scope.length === 0 || unknown !== undefined)
    return refused(rooms, unknown === undefined ? 'Name at least one scope.' : `Scope ${unknown} does not exist.`);
  if (!CODE_MINUTES.includes(minutes)) return refused(rooms, 'A code is good for 3, 5, 7 or 10 minutes.');
  rooms.tokens.issueCode(scope, minutes, true);
  return backTo('code', 'codes');
};

import type { Now } from '../../../../../lib/platform/clock.ts';
import type { NextId } from '../../ids.ts';
import type { Cell, Lookup } from '../check-value.ts';
import { type ErrorItem, error, invalidData, recordLocked } from '../errors.ts';
import { type ModuleName, type Modules, moduleNamed } from '../modules.ts';
import { orgTime } from '../org.ts';
import { presentValue } from '../present-record.ts';
import type { CrmRecord, RecordStore } from '../record-store.ts';
import { changedFields, type Written, withDerived } from '../write-records.ts';
import { type ConvertRequest, readConvertRequest } from './convert-request.ts';
import { convertedValues } from './converted-values.ts';
import { findExisting } from './find-existing.ts';

export type ConvertDeps = {
  stores: Record<ModuleName, RecordStore>;
  modules: Pick<Modules, 'named'>;
  nextId: NextId;
  now: Now;
};

type Reference = { name: string; id: string };
export type ConvertOutcome =
  | {
      status: 'converted';
      Contacts: Reference;
      Deals: Reference | null;
      Accounts: Reference | null;
      /** For the workflow rules, as after any write. The lead itself is not among them: conversion is no edit. */
      written: Written[];
    }
  /** The lead cannot be converted at all. */
  | { status: 'refused'; item: ErrorItem }
  /** What was asked for cannot be done. */
  | { status: 'wrong'; item: ErrorItem };

/** "API Limits". */
export const CONVERT_CREDITS = 5;

/**
 * Turns a lead into a contact, an account if it has a company, and a deal if one is asked for. Contact and account may
 * be records that exist: named by id, or found by `findExisting`. The lead stays, as a converted one.
 * @param wish one entry of `data` as `POST /Leads/{id}/actions/convert` takes it; `{}` for a contact and account only
 */
export const convertLead = (deps: ConvertDeps, leadId: string, wish: unknown): ConvertOutcome => {
  const lead = deps.stores.Leads.get(leadId);
  const inPath = { resource_path_index: 1 };
  if (!lead) return { status: 'refused', item: invalidData(inPath, 'the id given seems to be invalid') };
  if (lead.converted) return { status: 'refused', item: error('ID_ALREADY_CONVERTED', inPath, 'id already converted') };
  if (lead.locked) return { status: 'refused', item: recordLocked({ action: 'record_locking', ...inPath }) };
  const read = readConvertRequest(deps, wish);
  return read.status === 'wrong' ? read : convert(deps, lead, read.request);
};

const DAY_MS = 24 * 60 * 60_000;

const convert = (deps: ConvertDeps, lead: CrmRecord, request: ConvertRequest): ConvertOutcome => {
  const { stores, now } = deps;
  const written: Written[] = [];
  const existing = findExisting(deps, lead);
  const contactBefore = request.contact ?? existing.contacts[0];
  const account = accountFor(deps, lead, request, { contact: contactBefore, found: existing.accounts[0] }, written);
  const accountLookup = account && lookup('Accounts', account);
  const contact = contactFor(deps, lead, request, { contact: contactBefore, account: accountLookup }, written);
  const contactLookup = lookup('Contacts', contact);

  const nowMs = now();
  const conversionDays = Math.floor((nowMs - lead.createdAtMs) / DAY_MS);
  const deal =
    request.deal &&
    create(
      deps,
      'Deals',
      {
        ...convertedValues(lead, 'Deals'),
        ...request.deal,
        ...tagged(request, 'Deals'),
        Contact_Name: contactLookup,
        Account_Name: accountLookup ?? null,
        Lead_Conversion_Time: conversionDays,
      },
      written,
    );
  const dealLookup = deal && lookup('Deals', deal);
  stores.Leads.convert(
    lead,
    {
      Converted_Date_Time: orgTime(nowMs),
      Converted_Contact: contactLookup,
      Converted_Account: accountLookup ?? null,
      Converted_Deal: dealLookup ?? null,
      Lead_Conversion_Time: conversionDays,
    },
    nowMs,
  );
  return {
    status: 'converted',
    Contacts: reference(contactLookup),
    Deals: dealLookup ? reference(dealLookup) : null,
    Accounts: accountLookup ? reference(accountLookup) : null,
    written,
  };
};

/** The account the lead goes to: the one named, its contact's own unless it is overwritten, one with the company's name, a new one. */
const accountFor = (
  deps: ConvertDeps,
  lead: CrmRecord,
  request: ConvertRequest,
  { contact, found }: { contact: CrmRecord | undefined; found: CrmRecord | undefined },
  written: Written[],
): CrmRecord | undefined => {
  const ofContact = contact?.values.Account_Name;
  const kept =
    !request.account && !request.overwrite && isLookup(ofContact) ? deps.stores.Accounts.get(ofContact.id) : undefined;
  const existing = request.account ?? kept ?? found;
  if (existing) {
    if (!kept) update(deps, 'Accounts', existing, additions(request, 'Accounts', lead, existing), written);
    return existing;
  }
  const values = convertedValues(lead, 'Accounts');
  // Without a company there is no account.
  return values.Account_Name === undefined
    ? undefined
    : create(deps, 'Accounts', { ...values, ...tagged(request, 'Accounts') }, written);
};

const contactFor = (
  deps: ConvertDeps,
  lead: CrmRecord,
  request: ConvertRequest,
  { contact, account }: { contact: CrmRecord | undefined; account: Lookup | undefined },
  written: Written[],
): CrmRecord => {
  if (!contact)
    return create(
      deps,
      'Contacts',
      { ...convertedValues(lead, 'Contacts'), ...tagged(request, 'Contacts'), Account_Name: account ?? null },
      written,
    );
  const before = contact.values.Account_Name;
  const takesAccount = account !== undefined && (!isLookup(before) || (request.overwrite && before.id !== account.id));
  update(
    deps,
    'Contacts',
    contact,
    { ...additions(request, 'Contacts', lead, contact), ...(takesAccount ? { Account_Name: account } : {}) },
    written,
  );
  return contact;
};

/** What an existing record takes from the lead: everything mapped when it is overwritten, tags in any case. */
const additions = (
  request: ConvertRequest,
  target: 'Accounts' | 'Contacts',
  lead: CrmRecord,
  existing: CrmRecord,
): Record<string, Cell> => ({
  ...(request.overwrite ? convertedValues(lead, target) : {}),
  ...tagged(request, target, existing),
});

const tagged = (
  { tags }: ConvertRequest,
  target: 'Accounts' | 'Contacts' | 'Deals',
  existing?: CrmRecord,
): Record<string, Cell> => {
  const added = tags[target];
  if (added === undefined || added.length === 0) return {};
  const before = existing?.values.Tag;
  const names = Array.isArray(before) ? before.map((tag) => (typeof tag === 'string' ? tag : tag.name)) : [];
  return { Tag: [...new Set([...names, ...added])].map((name) => ({ name })) };
};

const create = (
  { stores, modules, nextId, now }: ConvertDeps,
  target: 'Accounts' | 'Contacts' | 'Deals',
  values: Record<string, Cell>,
  written: Written[],
): CrmRecord => {
  const module = modules.named(target);
  const nowMs = now();
  const record = {
    id: nextId(),
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    converted: false,
    values: withDerived(module, { values, append: new Set() }, undefined),
  };
  stores[target].add(record);
  written.push({ when: 'create', module, record: { ...record, values: { ...record.values } } });
  return record;
};

const update = (
  { stores, modules, now }: ConvertDeps,
  target: 'Accounts' | 'Contacts',
  record: CrmRecord,
  values: Record<string, Cell>,
  written: Written[],
): void => {
  if (Object.keys(values).length === 0) return;
  const changed = changedFields(record, values);
  stores[target].change(record, values, now());
  const copy = { ...record, values: { ...record.values } };
  written.push({ when: 'edit', module: modules.named(target), record: copy, changed });
};

const NAME_FIELDS = { Accounts: 'Account_Name', Contacts: 'Full_Name', Deals: 'Deal_Name' } as const;

const lookup = (target: keyof typeof NAME_FIELDS, record: CrmRecord): Lookup => {
  const field = moduleNamed(target).fieldsByName.get(NAME_FIELDS[target]);
  const name = field ? presentValue(record, field) : null;
  return { id: record.id, name: typeof name === 'string' ? name : null };
};

const reference = ({ id, name }: Lookup): Reference => ({ name: name ?? '', id });

const isLookup = (value: Cell | undefined): value is Lookup =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { type FieldRule, type FormInput, ruleOf, sourcesOf } from '../sources/form.ts';
import { fieldLimit } from './field-limits.ts';
import { filledValues } from './filled-values.ts';
import { cut, fitToField } from './fit-to-field.ts';
import { applyTransform } from './transforms/apply-transform.ts';
import { ofList } from './transforms/multiselect.ts';
import type { MappingWarning, Transformed, ZohoValue } from './zoho-value.ts';

/** One record of a write, by Zoho's API names. */
export type ZohoRecord = Record<string, ZohoValue | { id: string } | Record<string, true>>;

/**
 * Why a submission makes no record. `fields` are API names: of `missing_required` those that nothing was filled in for,
 * of `unusable_required` those whose value Zoho would not take.
 */
export type MappingRefusal = { code: 'empty_record' | 'missing_required' | 'unusable_required'; fields?: string[] };

export type MappingOutcome = { record: ZohoRecord; warnings: MappingWarning[] } | { refused: MappingRefusal };

/** As much of a form as mapping needs; as a source file writes it, or parsed. */
export type MappingForm = Pick<FormInput, 'module' | 'fields' | 'constants' | 'layout'>;

type Fields = Readonly<Record<string, unknown>>;
type Mapped = { field: string; rule: FieldRule; isFilled: boolean; value?: ZohoValue; warnings: MappingWarning[] };

const MAX_EMAIL_NAME = 80;

const isSaying = (value: ZohoValue | undefined): value is ZohoValue => {
  if (typeof value === 'number') return Number.isFinite(value); // JSON writes null for the others
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
};

const defaultOf = (rule: FieldRule, fields: Fields): ZohoValue | undefined => {
  if (typeof rule.default !== 'object' || Array.isArray(rule.default)) return rule.default;
  const [email = ''] = filledValues(fields, rule.default.emailName);
  return cut(email.split('@', 1)[0]?.trim() ?? '', MAX_EMAIL_NAME);
};

/** What the rule's form fields say: of the first filled one, or of all of them when they are joined. */
const valuesOf = (rule: FieldRule, fields: Fields): string[] => {
  const isJoined = typeof rule.transform === 'object' && rule.transform.join !== undefined;
  if (isJoined) return sourcesOf(rule).flatMap((name) => filledValues(fields, name));
  for (const name of sourcesOf(rule)) {
    const values = filledValues(fields, name);
    if (values.length > 0) return values;
  }
  return [];
};

/** A list of one is a list all the same: its only item is not to be split at its commas. */
const isList = (rule: FieldRule, fields: Fields): boolean => {
  const source = sourcesOf(rule).find((name) => filledValues(fields, name).length > 0);
  return source !== undefined && Array.isArray(fields[source]);
};

const transformed = (rule: FieldRule, values: string[], fields: Fields): Transformed =>
  rule.transform === 'multiselect' && isList(rule, fields)
    ? ofList(values)
    : applyTransform(rule.transform, values, (name) => filledValues(fields, name)[0]);

const mapField = (module: string, field: string, rule: FieldRule, fields: Fields): Mapped => {
  const values = valuesOf(rule, fields);
  const isFilled = values.length > 0;
  const outcome: Transformed = isFilled ? transformed(rule, values, fields) : { value: defaultOf(rule, fields) };
  if ('leftOut' in outcome) return { field, rule, isFilled, warnings: [{ field, code: outcome.leftOut }] };
  if (!isSaying(outcome.value)) return { field, rule, isFilled, warnings: [] };
  const { value, warning } = fitToField(outcome.value, fieldLimit(module, field));
  const warnings = warning === undefined ? [] : [{ field, ...warning }];
  return isSaying(value) ? { field, rule, isFilled, value, warnings } : { field, rule, isFilled, warnings };
};

const isPhone = ({ transform }: FieldRule): boolean =>
  transform === 'phone' || (typeof transform === 'object' && transform.phone !== undefined);

const refusalOf = (mapped: Mapped[]): MappingRefusal | undefined => {
  if (mapped.every(({ value }) => value === undefined)) return { code: 'empty_record' };
  const lacking = mapped.filter(({ rule, value }) => rule.required === true && value === undefined);
  const missing = lacking.filter(({ isFilled }) => !isFilled).map(({ field }) => field);
  if (missing.length > 0) return { code: 'missing_required', fields: missing };
  // A phone number that nobody can dial was given all the same, and never costs the lead.
  const unusable = lacking.filter(({ rule }) => !isPhone(rule)).map(({ field }) => field);
  return unusable.length > 0 ? { code: 'unusable_required', fields: unusable } : undefined;
};

/**
 * One submission as a Zoho record, by the form's mapping. A field without a value is left out: null and "" would erase
 * what a salesperson typed. What Zoho would refuse is left out, or cut, with a warning that repeats no value.
 * Constants stand in every record and make none by themselves. Never throws, whatever the fields hold.
 * @param form as parsed, or as a source file writes it
 * @param fields raw form fields by name: texts, lists of texts; numbers and booleans count as their text
 */
export const toZohoRecord = (form: MappingForm, fields: Fields): MappingOutcome => {
  const mapped = Object.entries(form.fields).map(([field, written]) =>
    mapField(form.module ?? 'Leads', field, ruleOf(written), fields),
  );
  const refused = refusalOf(mapped);
  if (refused !== undefined) return { refused };

  const record: ZohoRecord = {};
  for (const { field, value } of mapped) if (value !== undefined) record[field] = value;
  for (const [field, value] of Object.entries(form.constants ?? {})) if (isSaying(value)) record[field] = value;
  if (form.layout !== undefined) record.Layout = { id: form.layout };
  const appended = mapped.filter(({ rule, value }) => rule.append === true && Array.isArray(value));
  if (appended.length > 0)
    record.$append_values = Object.fromEntries(appended.map(({ field }) => [field, true as const]));
  return { record, warnings: mapped.flatMap(({ warnings }) => warnings) };
};

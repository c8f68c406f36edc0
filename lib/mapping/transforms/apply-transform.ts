import type { FieldRule } from '../../sources/form.ts';
import type { PlainTransform } from '../../sources/transform.ts';
import type { Transformed, TransformFunction } from '../zoho-value.ts';
import { toBoolean } from './boolean.ts';
import { customTransforms } from './custom.ts';
import { toDate } from './date.ts';
import { toDatetime } from './datetime.ts';
import { toEmail } from './email.ts';
import { toHash } from './hash.ts';
import { toJoined } from './join.ts';
import { toLower } from './lower.ts';
import { toMultiselect } from './multiselect.ts';
import { toNumber } from './number.ts';
import { toPhone } from './phone.ts';
import { toPicklist } from './picklist.ts';
import { toTrimmed } from './trim.ts';
import { toUpper } from './upper.ts';

const plain: Record<PlainTransform, TransformFunction> = {
  trim: toTrimmed,
  lower: toLower,
  upper: toUpper,
  email: toEmail,
  phone: (values) => toPhone(values),
  number: toNumber,
  boolean: toBoolean,
  date: (values) => toDate(values),
  datetime: (values) => toDatetime(values),
  multiselect: toMultiselect,
  hash: toHash,
};

const toCustom = (name: keyof typeof customTransforms, values: readonly string[]): Transformed => {
  const value = customTransforms[name](values);
  return value === undefined ? { leftOut: 'custom_refused' } : { value };
};

/**
 * What a rule makes of the texts that its form fields hold.
 * @param values at least one, none of them blank
 * @param firstText of another form field: the country that a phone number is dialled in
 */
export const applyTransform = (
  transform: FieldRule['transform'],
  values: readonly string[],
  firstText: (formField: string) => string | undefined,
): Transformed => {
  if (transform === undefined) return toTrimmed(values);
  if (typeof transform === 'string') return plain[transform](values);
  if (transform.phone !== undefined) return toPhone(values, firstText(transform.phone.country));
  if (transform.picklist !== undefined) return toPicklist(values, transform.picklist);
  if (transform.join !== undefined) return toJoined(values, transform.join);
  if (transform.date !== undefined) return toDate(values, transform.date);
  if (transform.datetime !== undefined) return toDatetime(values, transform.datetime.timeZone);
  return transform.custom === undefined ? toTrimmed(values) : toCustom(transform.custom, values);
};

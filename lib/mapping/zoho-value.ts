/** What a field of a Zoho record can hold here. */
export type ZohoValue = string | number | boolean | string[];

/** Why a value was left out of the record, or changed. None of these repeats the value. */
export type WarningCode =
  | 'shortened'
  | 'too_long'
  | 'not_an_email'
  | 'not_a_phone'
  | 'not_a_number'
  /** A number with more digits than Zoho, or a JSON number, keeps. */
  | 'not_exact'
  | 'not_a_boolean'
  | 'not_a_date'
  | 'not_a_datetime'
  /** No option of the rule's picklist. */
  | 'unknown_option'
  /** A client's own transform found nothing to send. */
  | 'custom_refused';

/** `field` is Zoho's API name; `limit` the most characters it takes. */
export type MappingWarning = { field: string; code: WarningCode; limit?: number };

/** Of what a form field says, what Zoho is to get; `undefined` when that is nothing at all. */
export type Transformed = { value: ZohoValue | undefined } | { leftOut: WarningCode };

/** @param values at least one, none of them blank */
export type TransformFunction = (values: readonly string[]) => Transformed;

/**
 * Whose fault a code of Zoho's is, and so what is to be done (Zoho CRM API: "Insert Records", "Upsert Records",
 * "Status Codes", "API Limits"). The same code means another thing on one record than on a whole call.
 */

/**
 * On one record. `rejected`: it will never be taken as it is, a person has to change it or the mapping.
 * `item`: it may be taken later.
 */
export const recordFaults: Readonly<Record<string, 'rejected' | 'item'>> = {
  MANDATORY_NOT_FOUND: 'rejected',
  INVALID_DATA: 'rejected',
  DUPLICATE_DATA: 'rejected',
  DEPENDENT_FIELD_MISSING: 'rejected',
  DEPENDENT_MISMATCH: 'rejected',
  MAPPING_MISMATCH: 'rejected', // a stage that its pipeline does not have
  EXPECTED_FIELD_MISSING: 'rejected',
  AMBIGUITY_DURING_PROCESSING: 'rejected',
  RECORD_LOCKED: 'item',
  NOT_APPROVED: 'item', // until somebody approves the record
  LIMIT_EXCEEDED: 'item',
  ALREADY_MODIFIED: 'item',
  DEPENDENT_SERVICE_ERROR: 'item',
  AUTHORIZATION_FAILED: 'item', // the user's rights on this record; an administrator can give them
  NO_PERMISSION: 'item',
};

/** On a whole call. `connection`: a person has to mend it. `lane`: it passes, nothing is wrong with the records. */
export const callFaults: Readonly<Record<string, 'connection' | 'lane'>> = {
  INVALID_TOKEN: 'connection', // after one refresh; a token on the wrong data center's host looks the same
  AUTHENTICATION_FAILURE: 'connection',
  OAUTH_SCOPE_MISMATCH: 'connection', // a refresh cannot widen a scope
  NO_PERMISSION: 'connection',
  AUTHORIZATION_FAILED: 'connection',
  FEATURE_NOT_SUPPORTED: 'lane',
  NOT_SUPPORTED: 'lane',
  INVALID_MODULE: 'lane',
  INVALID_REQUEST_METHOD: 'lane',
  INVALID_REQUEST: 'lane',
  REQUIRED_PARAM_MISSING: 'lane',
  INVALID_URL_PATTERN: 'lane',
  INVALID_DATA: 'lane', // the body as a whole
  LIMIT_EXCEEDED: 'lane',
  TOO_MANY_REQUESTS: 'lane',
  RATE_LIMIT_EXCEEDED: 'lane',
  INTERNAL_ERROR: 'lane',
  SERVICE_UNAVAILABLE: 'lane',
};

/**
 * The grant's scopes, or its user's rights, do not reach as far as this call: a token is none the worse for it, and no
 * refresh widens it.
 */
const NOT_PERMITTED: ReadonlySet<string> = new Set(['OAUTH_SCOPE_MISMATCH', 'NO_PERMISSION', 'AUTHORIZATION_FAILED']);
export const isNotPermitted = (code: string | undefined): boolean => code !== undefined && NOT_PERMITTED.has(code);

/** Codes that speak of the call even where they stand beside a record. */
const ALWAYS_THE_CALL: ReadonlySet<string> = new Set([
  'INVALID_TOKEN',
  'AUTHENTICATION_FAILURE',
  'OAUTH_SCOPE_MISMATCH',
]);
/** Statuses that refuse a whole call; 400 and the 2xx say nothing of the kind. */
const refusesCall = (httpStatus: number): boolean =>
  httpStatus >= 500 || [401, 403, 404, 405, 413, 415, 429].includes(httpStatus);

/** A code such as `constructor` must not find what every object inherits. */
const own = <Fault>(table: Readonly<Record<string, Fault>>, code: string): Fault | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined;

/** What Zoho has no name for is retryable: nobody's lead is set apart because of a code that is new. */
export const recordFaultOf = (code: string): 'rejected' | 'item' => own(recordFaults, code) ?? 'item';
export const callFaultOf = (code: string): 'connection' | 'lane' => own(callFaults, code) ?? 'lane';

/** Whether a code that every record of an answer carries is the call's: some answers wrap whole refusals in `data`. */
export const isCallCode = (code: string, httpStatus: number): boolean =>
  ALWAYS_THE_CALL.has(code) || (refusesCall(httpStatus) && recordFaultOf(code) !== 'rejected');

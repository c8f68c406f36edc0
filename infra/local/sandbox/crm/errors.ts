import { jsonAnswer, type SandboxAnswer } from '../answer.ts';

/** One entry of `data[]` that failed, or the whole body of a call that did. */
export type ErrorItem = { code: string; details: Record<string, unknown>; message: string; status: 'error' };

export const error = (code: string, details: Record<string, unknown>, message: string): ErrorItem => ({
  code,
  details,
  message,
  status: 'error',
});

export const mandatoryNotFound = (apiName: string, jsonPath: string): ErrorItem =>
  error('MANDATORY_NOT_FOUND', { api_name: apiName, json_path: jsonPath }, 'required field not found');

export const invalidData = (details: Record<string, unknown>, message = 'invalid data'): ErrorItem =>
  error('INVALID_DATA', details, message);

export const invalidId = (jsonPath: string): ErrorItem =>
  invalidData({ api_name: 'id', json_path: jsonPath }, 'the id given seems to be invalid');

export const duplicateData = (details: Record<string, unknown>): ErrorItem =>
  error('DUPLICATE_DATA', details, 'duplicate data');

export const stageNotInPipeline = (jsonPath: string): ErrorItem =>
  error(
    'MAPPING_MISMATCH',
    { mapped_field: 'Pipeline', api_name: 'Stage', json_path: jsonPath },
    "Pipeline doesn't contain the Stage",
  );

export const recordLocked = (details: Record<string, unknown>): ErrorItem =>
  error('RECORD_LOCKED', details, 'Sorry, you cannot perform this operation as the record is locked.');

export const alreadyModified = (details: Record<string, unknown>): ErrorItem =>
  error('ALREADY_MODIFIED', details, 'Record updated time has already passed if-unmodified-since time');

/** Several errors of one record travel in one item. */
export const oneItem = (first: ErrorItem, ...rest: ErrorItem[]): ErrorItem =>
  rest.length === 0
    ? first
    : error('MULTIPLE_OR_MULTI_ERRORS', { errors: [first, ...rest] }, 'Multiple errors in the request');

/** A whole call refused. Refused before anything was done, it costs nothing. */
const refuse = (
  status: number,
  code: string,
  details: Record<string, unknown>,
  message: string,
  credits = 0,
): SandboxAnswer => jsonAnswer(status, error(code, details, message), credits);

export const invalidToken = () => refuse(401, 'INVALID_TOKEN', {}, 'invalid oauth token');
export const authenticationFailure = () => refuse(401, 'AUTHENTICATION_FAILURE', {}, 'Authentication failed');
export const scopeMismatch = () => refuse(401, 'OAUTH_SCOPE_MISMATCH', {}, 'Unauthorized');
export const invalidModule = (resourcePathIndex: number) =>
  refuse(
    400,
    'INVALID_MODULE',
    { resource_path_index: resourcePathIndex },
    'the module name given seems to be invalid',
  );
export const invalidRequestMethod = () =>
  refuse(400, 'INVALID_REQUEST_METHOD', {}, 'The http request method type is not a valid one');
export const invalidUrlPattern = () =>
  refuse(404, 'INVALID_URL_PATTERN', {}, 'Please check if the URL trying to access is a correct one');
export const paramMissing = (name: string) =>
  refuse(400, 'REQUIRED_PARAM_MISSING', { param_name: name }, 'One of the expected parameters is missing', 1);
export const internalError = () => refuse(500, 'INTERNAL_ERROR', {}, 'Internal Server Error');

/** The call reached its endpoint and was refused there: it costs what the smallest call costs. */
export const badRequest = (item: ErrorItem): SandboxAnswer => jsonAnswer(400, item, 1);

/** The body is not JSON, or not an object. */
export const bodyIsNoObject = (): SandboxAnswer =>
  badRequest(invalidData({ expected_data_type: 'jsonobject' }, 'body'));

export const limitExceeded = (details: Record<string, unknown>, message: string): SandboxAnswer =>
  badRequest(error('LIMIT_EXCEEDED', details, message));

export const otherRefusal = (code: string, details: Record<string, unknown>, message: string): SandboxAnswer =>
  badRequest(error(code, details, message));

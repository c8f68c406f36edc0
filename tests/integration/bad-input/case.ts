import type { RawRequest } from '../../support/raw-http.ts';

/** Stands in values that are sent: it must come back in no answer. */
export const MARK = 'Zq9Mark';

/** Placeholders that are filled in when a case is sent: the world they belong to does not exist before. */
export const KEY = '{key}';
export const OTHER_KEY = '{other}';
export const REVOKED_KEY = '{revoked}';
/** The one origin that the demo form allows. */
export const ORIGIN = '{origin}';
/** An e-mail address and a record id that no other case uses. */
export const MAIL = '{mail}';
export const LEAD = '{lead}';

export type Expected = {
  status: number;
  /** Of a refusal: `error.code`, or a page's `data-code`. */
  code?: string;
  /** Of a field: `error.fields[].code`, or `field:code`. */
  field?: string;
  /** Of a webhook's answer. */
  outcome?: 'recorded' | 'unchanged' | 'ignored' | 'quarantined';
  reason?: string;
  /** Of a connect page. */
  page?: 'steps' | 'connected' | 'refused';
  /** Headers it must carry; undefined: must not. */
  headers?: Record<string, string | undefined>;
  /** Of an accepted post: what is stored of it. */
  stored?: Record<string, unknown>;
  /** The gateway itself refuses, as API Gateway does; no function is asked. */
  by?: 'gateway';
};

export type Case = {
  title: string;
  send: RawRequest;
  /** Sent before, to be met again. */
  after?: RawRequest;
  expect: Expected;
};

export const FORM = '/sources/demo/forms/contact';
export const BEACON_FORM = '/sources/other/forms/beacon';
export const HOOK = `/sources/demo?api_key=${KEY}`;

type Headers = NonNullable<RawRequest['headers']>;

export const typed = (type: string, ...more: Headers): Headers => [['Content-Type', type], ...more];
export const urlencoded = (...more: Headers): Headers => typed('application/x-www-form-urlencoded', ...more);
export const jsonType = (...more: Headers): Headers => typed('application/json', ...more);
export const PAGE = ['Accept', 'text/html'] as const;

/** A form post; the e-mail address is filled in unless `body` says otherwise. */
export const post = (
  title: string,
  body: RawRequest['body'],
  expect: Expected,
  headers: Headers = urlencoded(),
  target: string = FORM,
): Case => ({ title, send: { target, headers, ...(body === undefined ? {} : { body }) }, expect });

export const postJson = (title: string, body: RawRequest['body'], expect: Expected, ...more: Headers): Case =>
  post(title, body, expect, jsonType(...more));

export const accepted = (more: Partial<Expected> = {}): Expected => ({ status: 202, ...more });
export const refused = (status: number, code: string, more: Partial<Expected> = {}): Expected => ({
  status,
  code,
  ...more,
});
export const unreadable = refused(400, 'body_unreadable');
export const invalid = (field: string): Expected => refused(422, 'invalid', { field });
export const byGateway = (status: number): Expected => ({ status, by: 'gateway' });

/** What a call of Zoho's holds at least; each case bends one thing. */
export const CALL = `lead_id=${LEAD}&lead_status=Contacted&cdp_id=${MARK}&annual_revenue=1000&modified_by=${MARK}`;
export const hook = (
  title: string,
  body: RawRequest['body'],
  expect: Omit<Expected, 'status'> & { status?: number },
  headers: Headers = urlencoded(),
  target: string = HOOK,
): Case => ({
  title,
  send: { target, headers, ...(body === undefined ? {} : { body }) },
  expect: { status: 200, ...expect },
});

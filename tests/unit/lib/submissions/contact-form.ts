import type { HttpRequest } from '../../../../lib/platform/http.ts';
import { type Form, formSchema } from '../../../../lib/sources/form.ts';

/** The demo's contact form, as its source file says it. */
export const contactForm = (more: Record<string, unknown> = {}): Form =>
  formSchema.parse({
    module: 'Leads',
    fields: {
      First_Name: 'first_name',
      Last_Name: { from: 'last_name', default: { emailName: 'email' } },
      Email: { from: 'email', transform: 'email', required: true },
      Phone: { from: ['phone', 'mobile'], transform: { phone: { country: 'country' } } },
      Company: 'company',
      Country: 'country',
      Description: 'message',
      Product_Interest: { from: 'productinterest', transform: 'multiselect' },
      CDP_ID: 'cdp_id',
      Google_Click_Id: 'gclid',
    },
    constants: { Lead_Source: 'Web Site' },
    duplicateCheckFields: ['Email'],
    origins: ['http://127.0.0.1:4402'],
    spam: { honeypot: 'website', timestamp: 'started_at', minSeconds: 2 },
    gather: '2s',
    ...more,
  });

/** A request as `readRequest` makes it. */
export const postOf = (
  contentType: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): HttpRequest => ({
  requestId: 'request-1',
  method: 'POST',
  pathParameters: { source: 'demo', form: 'contact' },
  query: [],
  headers: { 'content-type': contentType, ...headers },
  body: Buffer.isBuffer(body) ? body : Buffer.from(body),
});

const BOUNDARY = 'a-boundary-of-our-own';
export const multipartType = `multipart/form-data; boundary=${BOUNDARY}`;

/** A multipart body of text fields, and of whatever other parts a test hands over, each from its headers on. */
export const multipartOf = (pairs: Array<[string, string]>, parts: string[] = []): Buffer =>
  Buffer.from(
    [...pairs.map(([name, value]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`), ...parts]
      .map((part) => `--${BOUNDARY}\r\n${part}\r\n`)
      .concat(`--${BOUNDARY}--\r\n`)
      .join(''),
  );

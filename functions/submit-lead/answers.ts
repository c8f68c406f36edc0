import { type Html, html } from '../../lib/platform/html.ts';
import {
  type Answer,
  type HttpRequest,
  htmlAnswer,
  json,
  problem,
  redirect,
  wantsPage,
} from '../../lib/platform/http.ts';
import type { Form } from '../../lib/sources/form.ts';
import type { FieldProblem } from '../../lib/submissions/field-problem.ts';
import { wayBack } from './way-back.ts';

/** Who asked, about which form, and the headers every answer to them carries. */
export type Asked = { request: HttpRequest; form: Form | undefined; headers: Record<string, string> };

/** A visitor is led on; a script is told the id. A repeat and a bot get the very same. */
export const acceptedAnswer = ({ request, form, headers }: Asked, id: string): Answer => {
  if (!wantsPage(request)) return json(202, { id, status: 'accepted' }, headers);
  if (form?.redirect !== undefined) return redirect(303, form.redirect, headers);
  const body = html`<main>
<h1>Thank you</h1>
<p>Your message has arrived. We will get back to you.</p>
</main>`;
  return htmlAnswer(200, { title: 'Thank you', body }, { headers });
};

/** `first_name` as people read it. */
const label = (field: string): string => {
  const words = field.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const fieldList = (fields: FieldProblem[]): Html => html`<ul>
${fields.map(({ field, message }) => html`<li data-field="${field}"><strong>${label(field)}</strong>${field === '' ? '' : ': '}${message}</li>`)}
</ul>`;

export type Refusal = {
  status: number;
  code: string;
  message: string;
  fields?: FieldProblem[];
  retryAfterSeconds?: number;
};

/** Says what is wrong and how to go on; never repeats what was sent. */
export const refusedAnswer = ({ request, form, headers }: Asked, refusal: Refusal): Answer => {
  const { status, code, message, fields, retryAfterSeconds } = refusal;
  const all = { ...headers, ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }) };
  if (!wantsPage(request))
    return problem(status, code, message, { headers: all, ...(fields === undefined ? {} : { fields }) });
  const title = status === 422 ? 'Please check the form' : 'The form was not sent';
  const body = html`<main data-code="${code}">
<h1>${title}</h1>
<p>${message}</p>
${fields !== undefined && fieldList(fields)}
${wayBack(request, form)}
</main>`;
  return htmlAnswer(status, { title, body }, { headers: all });
};

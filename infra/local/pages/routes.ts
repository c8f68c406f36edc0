import { type Answer, htmlAnswer, json, noContent, problem } from '../../../lib/platform/http.ts';
import type { Faults } from './faults.ts';
import { formPage } from './form-page.ts';
import type { Inbox } from './inbox.ts';
import { inboxPage } from './inbox-page.ts';
import type { Links } from './navigation.ts';
import { receiveHook, type SigningSecret } from './receive-hook.ts';
import type { PagesRequest } from './request.ts';
import { startPage } from './start-page.ts';
import { thanksPage } from './thanks-page.ts';

export type PagesRooms = {
  links: Links;
  formAction: string;
  inbox: Inbox;
  faults: Faults;
  signingSecret: SigningSecret;
};

const NO_STORE = { 'cache-control': 'no-store' };

/** What the pages answer to, by method and path; undefined for what they do not know. */
export const createRoutes = (rooms: PagesRooms): ((request: PagesRequest) => Promise<Answer> | Answer) => {
  const { links, formAction, inbox, faults } = rooms;
  const hook = receiveHook(rooms);
  const gateway = new URL(formAction).origin;

  const pages: Record<string, () => Answer> = {
    '/': () => htmlAnswer(200, startPage(links)),
    '/form': () =>
      htmlAnswer(200, formPage(links, formAction), {
        formsTo: [gateway],
        connectTo: [gateway],
        // A visitor without script who is refused finds the way back to this very page.
        headers: { 'referrer-policy': 'no-referrer-when-downgrade' },
      }),
    '/thanks': () => htmlAnswer(200, thanksPage(links)),
    '/inbox': () => htmlAnswer(200, inboxPage(links, inbox.events()), { headers: NO_STORE }),
    '/events': () => json(200, inbox.events(), NO_STORE),
  };

  const setFault = (body: Buffer): Answer => {
    const fault = faults.set(body.toString('utf8'));
    return fault === undefined
      ? problem(400, 'bad_fault', 'Send {"status": 200 to 599, "times": 1}; times 0 lasts until DELETE /inbox/faults.')
      : json(200, fault);
  };

  return (request) => {
    const { method, path, body } = request;
    const isRead = method === 'GET' || method === 'HEAD';
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page !== undefined && isRead) return page();
    const source = /^\/hooks\/([a-z0-9-]{1,32})$/.exec(path)?.[1];
    if (source !== undefined && method === 'POST') return hook(request, source);
    if (path === '/inbox/faults' && method === 'POST') return setFault(body);
    if (path === '/inbox/faults' && method === 'DELETE') {
      faults.clear();
      return noContent();
    }
    if (path.startsWith('/destinations/') && isRead)
      return problem(404, 'destination_unknown', 'There is no fake of that name.', { known: [] });
    return problem(404, 'not_found', 'There is nothing here. The start page is at /.');
  };
};

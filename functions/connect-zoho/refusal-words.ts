import { type Html, html } from '../../lib/platform/html.ts';
import type { Source } from '../../lib/sources/source.ts';
import type { ConnectRefusal } from '../../lib/tokens/connect.ts';
import { wantedScope } from '../../lib/zoho/scopes.ts';
import { copyField } from './answer-page.ts';
import { consoleOf, dataCenterName, dataCenterTable } from './data-center-words.ts';

/** What a refusal says: what happened, and what to do next, in order. */
export type Words = {
  status: number;
  title: string;
  what: Html;
  next: Html[];
  /** Below the steps. */
  after?: Html;
  retryAfterSeconds?: number;
};

const NEW_CODE = html`Make a new code in Zoho’s API console (<em>Self Client → Generate Code</em>, 10 minutes) and paste it on the steps page at once.`;
const connectCommand = (source: Source): Html => html`<code>leadloop connect ${source.id}</code>`;
/** @param server the right one, where it is known */
const setAccountsUrl = (source: Source, server?: string): Html =>
  server === undefined
    ? html`Your operator sets <code>accountsUrl</code> in the file of source ${source.id} to the one of your data center (table below), and applies it.`
    : html`Your operator sets <code>accountsUrl: ${server}</code> in the file of source ${source.id}, and applies it.`;
const everyDataCenter = html`<h2>All data centers</h2>
${dataCenterTable()}`;

const otherDataCenter = (source: Source, refusal: Extract<ConnectRefusal, { code: 'other_data_center' }>): Words => {
  const status = 400;
  const title = 'The organisation is in another data center';
  const { accountsUrl } = source.zoho;
  const ours = dataCenterName(accountsUrl);
  switch (refusal.why) {
    case 'accounts_url':
      return {
        status,
        title: 'The data center is not set up',
        what: html`The source file names <code>${accountsUrl}</code> as Zoho’s accounts server, and that is none of Zoho’s. Nothing was sent there; your code is still good.`,
        next: [setAccountsUrl(source), html`Use the code again, or a new one if it is older than its minutes.`],
        after: everyDataCenter,
      };
    case 'api_domain':
      return {
        status,
        title,
        what: html`Zoho took the code but sent us to an API host that does not belong to ${ours}, so nothing was kept.`,
        next: [setAccountsUrl(source), NEW_CODE],
        after: everyDataCenter,
      };
    case 'client':
    case 'code': {
      const { knownAt } = refusal;
      return {
        status,
        title,
        what:
          knownAt === undefined
            ? html`This source is set up for ${ours}, and Zoho’s server there knows neither the code nor the client.`
            : html`This source is set up for ${ours}, but the client is registered in ${dataCenterName(knownAt)}.`,
        next: [
          html`See at which address your Zoho CRM opens: that is your data center.`,
          setAccountsUrl(source, knownAt),
          NEW_CODE,
        ],
        after: everyDataCenter,
      };
    }
  }
};

const wrongClient = (source: Source, why: 'unknown' | 'not_self_client' | 'not_stored'): Words => {
  const apiConsole = consoleOf(source.zoho.accountsUrl);
  const status = 400;
  switch (why) {
    case 'not_stored':
      return {
        status,
        title: 'The client is not stored yet',
        what: html`Zoho was not asked: this connection has no client ID and secret. Your code is still good.`,
        next: [
          html`Give the self client’s ID and secret (API console, tab <em>Client Secret</em>) to your operator.`,
          html`Your operator runs ${connectCommand(source)}, which stores them.`,
          html`Open this page again with the code, or with a new one if it is older than its minutes.`,
        ],
      };
    case 'not_self_client':
      return {
        status,
        title: 'The client is not a self client',
        what: html`Zoho knows the client but wants a redirect address of it, which only other types of client have.`,
        next: [
          html`Open <strong>Self Client</strong>, not another client, in the API console: <a href="${apiConsole}" rel="noreferrer">${apiConsole}</a>`,
          html`Give its ID and secret to your operator, who runs ${connectCommand(source)}.`,
          NEW_CODE,
        ],
      };
    case 'unknown':
      return {
        status,
        title: 'Zoho does not know the client',
        what: html`The client ID that is stored for this connection is not known in ${dataCenterName(source.zoho.accountsUrl)}: it has a typing error, was deleted, or belongs to another organisation.`,
        next: [
          html`Compare it with the one in the API console: <a href="${apiConsole}" rel="noreferrer">${apiConsole}</a>, <strong>Self Client</strong>, tab <em>Client Secret</em>.`,
          html`If it differs, your operator runs ${connectCommand(source)} with the right ID and secret.`,
          html`If it is the same, check that your Zoho CRM opens in that data center.`,
          NEW_CODE,
        ],
      };
  }
};

const unavailable = (refusal: Extract<ConnectRefusal, { code: 'unavailable' }>): Words => {
  const common = { status: 503, retryAfterSeconds: 30 };
  if ('why' in refusal && refusal.why === 'our_stores')
    return {
      ...common,
      title: 'We cannot store anything at this moment',
      what: html`Our own store does not answer. Zoho has not been asked, or what it said is kept: nothing is lost.`,
      next: [
        html`Wait half a minute, then load this page again, with the same code in its address.`,
        html`If Zoho then says that the code has expired, make a new one on the steps page.`,
      ],
    };
  if ('why' in refusal)
    return {
      ...common,
      title: 'Another visit is under way',
      what: html`Somebody is connecting this organisation at this moment. Your code has not been used.`,
      next: [html`Wait half a minute, then load this page again.`],
    };
  return {
    ...common,
    title: 'Zoho cannot be reached',
    what: refusal.codeUsed
      ? html`Zoho’s accounts server gave no answer that can be read. It may have used the code up all the same.`
      : html`Zoho’s accounts server does not answer. The code has not been used.`,
    next: [
      html`Wait half a minute, then load this page again.`,
      html`If Zoho then says that the code was used, make a new one on the steps page.`,
    ],
  };
};

/** The page text of every refusal. */
export const refusalWords = (source: Source, refusal: ConnectRefusal): Words => {
  switch (refusal.code) {
    case 'expired_or_used':
      return {
        status: 400,
        title: 'The code has expired or was used before',
        what: html`Zoho does not take this code. A code works once, and only for the minutes chosen when it was made.`,
        next: [
          NEW_CODE,
          html`Choose 10 minutes, and copy the whole code: it begins with <code>1000.</code>`,
          html`If a fresh code is refused too, it was made in another data center than ${dataCenterName(source.zoho.accountsUrl)}, or for another client than the one stored.`,
        ],
      };
    case 'other_data_center':
      return otherDataCenter(source, refusal);
    case 'wrong_client':
      return wrongClient(source, refusal.why);
    case 'wrong_secret':
      return {
        status: 400,
        title: 'The client secret is wrong',
        what: html`Zoho knows the client ID but not the secret that is stored with it.`,
        next: [
          html`Copy the secret from the API console (<em>Self Client → Client Secret</em>). Each data center has a secret of its own.`,
          html`Your operator runs ${connectCommand(source)} and stores it.`,
          html`Load this page again if the code is younger than its minutes; else make a new one.`,
        ],
      };
    case 'throttled':
      return {
        status: 429,
        retryAfterSeconds: 600,
        title: 'Zoho asks us to wait',
        what: html`Too many codes or tokens were made for this client within ten minutes. Nothing is lost: leads are kept and wait.`,
        next: [html`Wait ten minutes.`, NEW_CODE],
      };
    case 'missing_scope':
      return {
        status: 403,
        title: 'The scope is too small',
        what: html`With the scopes ${refusal.scope === '' ? 'of this code' : html`<code>${refusal.scope}</code>`} no record can be added to ${refusal.modules.join(', ')}. Scopes cannot be added to a code later; nothing was changed.`,
        next: [
          html`Make a new code with this scope:
${copyField('scope', 'Scope', wantedScope)}`,
          html`Paste it on the steps page at once.`,
        ],
      };
    case 'unavailable':
      return unavailable(refusal);
  }
};

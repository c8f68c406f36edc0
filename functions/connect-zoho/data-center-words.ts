import { type Html, html } from '../../lib/platform/html.ts';
import { dataCenterOf, dataCenters } from '../../lib/zoho/data-centers.ts';

/** A configured URL may be a token URL; what is shown and linked is the server. */
const serverOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** `Europe (accounts.zoho.eu)`. */
export const dataCenterName = (accountsUrl: string): string => {
  const center = dataCenterOf(serverOf(accountsUrl));
  return center === undefined ? hostOf(accountsUrl) : `${center.name} (${hostOf(accountsUrl)})`;
};

/** Where an administrator makes a self client and its codes; every data center has a console of its own. */
export const consoleOf = (accountsUrl: string): string => {
  const server = serverOf(accountsUrl);
  return dataCenterOf(server) === undefined ? server : server.replace('//accounts.', '//api-console.');
};

/** How to tell one's data center, and what the source file says for each. */
export const dataCenterTable = (): Html => html`<div class="scroll"><table class="centers">
<thead><tr><th scope="col">Zoho CRM opens at</th><th scope="col"><code>accountsUrl</code></th></tr></thead>
<tbody>${Object.values(dataCenters).map(
  ({ name, accountsServer }) =>
    html`<tr><td>crm.${hostOf(accountsServer).replace('accounts.', '')}<br>${name}</td><td>${accountsServer}</td></tr>`,
)}</tbody>
</table></div>`;

/** One of Zoho's data centers: where its tokens are issued, and where its CRM API answers; both are origins. */
export type DataCenter = { name: string; accountsServer: string; apiDomain: string };

/**
 * Zoho's data centers by location code (Zoho CRM API, "Multi DC"). A client secret goes to no other accounts server,
 * an access token to no other API host.
 */
export const dataCenters = {
  us: { name: 'United States', accountsServer: 'https://accounts.zoho.com', apiDomain: 'https://www.zohoapis.com' },
  eu: { name: 'Europe', accountsServer: 'https://accounts.zoho.eu', apiDomain: 'https://www.zohoapis.eu' },
  in: { name: 'India', accountsServer: 'https://accounts.zoho.in', apiDomain: 'https://www.zohoapis.in' },
  au: { name: 'Australia', accountsServer: 'https://accounts.zoho.com.au', apiDomain: 'https://www.zohoapis.com.au' },
  jp: { name: 'Japan', accountsServer: 'https://accounts.zoho.jp', apiDomain: 'https://www.zohoapis.jp' },
  ca: { name: 'Canada', accountsServer: 'https://accounts.zohocloud.ca', apiDomain: 'https://www.zohoapis.ca' },
  cn: { name: 'China', accountsServer: 'https://accounts.zoho.com.cn', apiDomain: 'https://www.zohoapis.com.cn' },
  sa: { name: 'Saudi Arabia', accountsServer: 'https://accounts.zoho.sa', apiDomain: 'https://www.zohoapis.sa' },
  uk: { name: 'United Kingdom', accountsServer: 'https://accounts.zoho.uk', apiDomain: 'https://www.zohoapis.uk' },
  ae: {
    name: 'United Arab Emirates',
    accountsServer: 'https://accounts.zoho.ae',
    apiDomain: 'https://www.zohoapis.ae',
  },
} as const satisfies Record<string, DataCenter>;

/** Origins that one machine adds to the table: a local stand-in for Zoho. Empty in production. */
export type ExtraZohoHosts = { accounts: readonly string[]; api: readonly string[] };
const NONE: ExtraZohoHosts = { accounts: [], api: [] };

const TOKEN_PATHS: ReadonlySet<string> = new Set(['', '/oauth/v2/token']);
const all: readonly DataCenter[] = Object.values(dataCenters);

/** Test and developer orgs live on hosts of their own beside `www`. */
const apiDomainsOf = ({ apiDomain }: DataCenter): string[] =>
  ['www', 'sandbox', 'developer'].map((host) => apiDomain.replace('//www.', `//${host}.`));

/**
 * The accounts server a configured URL means: the server itself or its token URL. Undefined for anything that is not
 * in the table (or in `extra.accounts`), so that no secret is ever sent there.
 */
export const accountsServerOf = (url: string, extra: ExtraZohoHosts = NONE): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname, search, hash, username, password } = new URL(url);
  if (search + hash + username + password !== '' || !TOKEN_PATHS.has(pathname.replace(/\/+$/, ''))) return undefined;
  return allAccountsServers(extra).includes(origin) ? origin : undefined;
};

const allAccountsServers = (extra: ExtraZohoHosts): string[] => [
  ...all.map(({ accountsServer }) => accountsServer),
  ...extra.accounts,
];

/**
 * The `api_domain` to use with a token of this accounts server: the one Zoho named if it belongs to that data center
 * (or to `extra.api`), the table's own if Zoho named none. Undefined: nobody may be sent the token.
 */
export const apiDomainOf = (
  accountsServer: string,
  named: string | undefined,
  extra: ExtraZohoHosts = NONE,
): string | undefined => {
  const center = dataCenterOf(accountsServer);
  if (named === undefined) return center?.apiDomain;
  if (!URL.canParse(named)) return undefined;
  const { origin, pathname } = new URL(named);
  const isKnown = (center !== undefined && apiDomainsOf(center).includes(origin)) || extra.api.includes(origin);
  return isKnown && pathname === '/' ? origin : undefined;
};

/** The data center an accounts server belongs to; undefined for a stand-in. */
export const dataCenterOf = (accountsServer: string): DataCenter | undefined =>
  all.find((one) => one.accountsServer === accountsServer);

/** Whether an origin is an accounts server or an API host we know: the allow-list of everything sent to Zoho. */
export const isZohoOrigin = (origin: string, extra: ExtraZohoHosts = NONE): boolean =>
  allAccountsServers(extra).includes(origin) ||
  extra.api.includes(origin) ||
  all.some((center) => apiDomainsOf(center).includes(origin));

/**
 * The accounts servers a client could be registered with when `accountsServer` does not know it. A stand-in's
 * neighbours are other stand-ins: what runs on one machine asks nobody outside it.
 */
export const otherAccountsServers = (accountsServer: string, extra: ExtraZohoHosts = NONE): string[] => {
  const neighbours = extra.accounts.includes(accountsServer)
    ? extra.accounts
    : all.map((center) => center.accountsServer);
  return neighbours.filter((server) => server !== accountsServer);
};

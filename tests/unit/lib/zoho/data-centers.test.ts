import { describe, expect, test } from '@jest/globals';
import {
  accountsServerOf,
  apiDomainOf,
  dataCenters,
  isZohoOrigin,
  otherAccountsServers,
} from '../../../../lib/zoho/data-centers.ts';

const extra = { accounts: ['http://127.0.0.1:4401'], api: ['http://127.0.0.1:4401'] };

describe('the accounts server', () => {
  test.each([
    ['https://accounts.zoho.com', 'https://accounts.zoho.com'],
    ['https://accounts.zoho.eu/', 'https://accounts.zoho.eu'],
    ['https://accounts.zoho.com.au/oauth/v2/token', 'https://accounts.zoho.com.au'],
    ['https://accounts.zohocloud.ca/oauth/v2/token/', 'https://accounts.zohocloud.ca'],
    ['HTTPS://ACCOUNTS.ZOHO.IN', 'https://accounts.zoho.in'],
  ])('%s is known', (url, server) => {
    expect(accountsServerOf(url)).toBe(server);
  });

  test.each([
    'https://accounts.zoho.example.com',
    'https://accounts.zoho.com.example.com',
    'https://accounts.zoho.com@example.com',
    'https://user@accounts.zoho.com',
    'http://accounts.zoho.com',
    'https://accounts.zoho.com:8443',
    'https://accounts.zoho.com/oauth/v2/auth',
    'https://accounts.zoho.com?x=1',
    'https://accounts.zoho.ca',
    'http://127.0.0.1:4401',
    'javascript:alert(1)',
    'accounts.zoho.com',
    '',
  ])('%s is sent no secret', (url) => {
    expect(accountsServerOf(url)).toBeUndefined();
  });

  test('a stand-in is known only where it is configured', () => {
    expect(accountsServerOf('http://127.0.0.1:4401/oauth/v2/token', extra)).toBe('http://127.0.0.1:4401');
    expect(accountsServerOf('http://127.0.0.1:4402', extra)).toBeUndefined();
  });
});

describe('the API domain', () => {
  test('every data center has one of its own', () => {
    for (const { accountsServer, apiDomain } of Object.values(dataCenters))
      expect(apiDomainOf(accountsServer, apiDomain)).toBe(apiDomain);
  });

  test.each(['https://sandbox.zohoapis.eu', 'https://developer.zohoapis.eu', 'https://www.zohoapis.eu/'])(
    '%s belongs to Europe',
    (named) => {
      expect(apiDomainOf('https://accounts.zoho.eu', named)).toBe(new URL(named).origin);
    },
  );

  test.each([
    'https://www.zohoapis.com',
    'https://zohoapis.eu',
    'https://evil.zohoapis.eu',
    'https://www.zohoapis.eu.example.com',
    'http://www.zohoapis.eu',
    'https://www.zohoapis.eu/crm',
    'zohoapis',
  ])('a token of Europe never goes to %s', (named) => {
    expect(apiDomainOf('https://accounts.zoho.eu', named)).toBeUndefined();
  });

  test("an answer that names none gets the data center's own", () => {
    expect(apiDomainOf('https://accounts.zoho.jp', undefined)).toBe('https://www.zohoapis.jp');
    expect(apiDomainOf('http://127.0.0.1:4401', undefined, extra)).toBeUndefined();
  });

  test("a stand-in's own is taken where it is configured", () => {
    expect(apiDomainOf('http://127.0.0.1:4401', 'http://127.0.0.1:4401', extra)).toBe('http://127.0.0.1:4401');
    expect(apiDomainOf('http://127.0.0.1:4401', 'http://127.0.0.1:4401')).toBeUndefined();
  });
});

test('only known origins may be called at all', () => {
  for (const origin of ['https://accounts.zoho.sa', 'https://www.zohoapis.sa', 'https://sandbox.zohoapis.com'])
    expect(isZohoOrigin(origin)).toBe(true);
  for (const origin of ['https://example.com', 'http://127.0.0.1:4401']) expect(isZohoOrigin(origin)).toBe(false);
  expect(isZohoOrigin('http://127.0.0.1:4401', extra)).toBe(true);
});

test('a stand-in has no neighbours at Zoho', () => {
  expect(otherAccountsServers('http://127.0.0.1:4401', extra)).toEqual([]);
  expect(otherAccountsServers('https://accounts.zoho.eu', extra)).not.toContain('https://accounts.zoho.eu');
  expect(otherAccountsServers('https://accounts.zoho.eu', extra)).toContain('https://accounts.zoho.com');
});

import { expect, test } from '@jest/globals';
import { addressProblem } from '../../../../../infra/local/sandbox/webhooks/webhook-address.ts';

test.each([
  'http://127.0.0.1:4400/x?api_key=k',
  'http://localhost:1',
  'http://[::1]:1',
  'http://127.1.2.3',
  'http://2130706433/',
  'http://[::ffff:127.0.0.1]/',
  'http://a.localhost/',
])('a webhook goes to %s only where loopback is allowed', (url) => {
  expect(addressProblem(url, false)).toMatch(/please enter a valid URL/);
  expect(addressProblem(url, true)).toBeUndefined();
});

test.each([
  'http://10.0.0.1',
  'http://192.168.1.1',
  'http://172.20.0.1',
  'http://169.254.169.254',
  'http://0.0.0.0',
  'http://[fe80::1]',
  'http://[fd00::1]',
  'http://[::ffff:10.0.0.1]',
  'http://intranet',
  'http://a.internal',
  'ftp://example.com',
  'example.com',
  '',
])('a webhook never goes to %j', (url) => {
  expect(addressProblem(url, false)).toBeDefined();
  expect(addressProblem(url, true)).toBeDefined();
});

test('a webhook goes to a public address', () =>
  expect(addressProblem('https://hooks.example.com/zoho?api_key=k', false)).toBeUndefined());

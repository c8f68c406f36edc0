import { describe, expect, test } from '@jest/globals';
import { urlRefusal } from '../../../../lib/destinations/allowed-url.ts';

describe('where events may be sent', () => {
  test.each([
    'https://hooks.example.com/leads?x=1',
    'https://hooks.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
    'https://172.32.0.1/',
  ])('%s is fine', (url) => expect(urlRefusal(url)).toBeUndefined());

  test.each([
    ['hooks.example.com', 'not_a_url'],
    ['http://hooks.example.com/', 'not_https'],
    ['ftp://hooks.example.com/', 'not_https'],
    ['https://user:pass@hooks.example.com/', 'credentials_in_url'],
    ['https://localhost/', 'local_name'],
    ['https://localhost./', 'local_name'],
    ['https://api.localhost/', 'local_name'],
    ['https://intranet/', 'local_name'],
    ['https://printer.local/', 'local_name'],
    ['https://metadata.google.internal/', 'local_name'],
    ['https://127.0.0.1/', 'private_address'],
    ['https://0x7f.1/', 'private_address'],
    ['https://2130706433/', 'private_address'],
    ['https://10.1.2.3/', 'private_address'],
    ['https://100.64.0.1/', 'private_address'],
    ['https://169.254.169.254/latest/meta-data', 'private_address'],
    ['https://172.31.255.255/', 'private_address'],
    ['https://192.168.0.1/', 'private_address'],
    ['https://0.0.0.0/', 'private_address'],
    ['https://[::1]/', 'private_address'],
    ['https://[::]/', 'private_address'],
    ['https://[::ffff:127.0.0.1]/', 'private_address'],
    ['https://[64:ff9b::7f00:1]/', 'private_address'],
    ['https://[fe80::1]/', 'private_address'],
    ['https://[fd00::1]/', 'private_address'],
    ['https://[2002:7f00:1::]/', 'private_address'],
  ])('%s is refused: %s', (url, reason) => {
    expect(urlRefusal(url)).toBe(reason);
  });

  test('an origin added for one machine is allowed, and only that origin', () => {
    const extra = ['http://127.0.0.1:4402'];
    expect(urlRefusal('http://127.0.0.1:4402/hooks/demo', extra)).toBeUndefined();
    expect(urlRefusal('http://127.0.0.1:4403/hooks/demo', extra)).toBe('not_https');
    expect(urlRefusal('http://user@127.0.0.1:4402/', extra)).toBe('credentials_in_url');
  });
});

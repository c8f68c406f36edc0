import { expect, test } from '@jest/globals';
import { duration, durationMs, httpUrl } from '../../../../lib/sources/names.ts';

test.each([
  ['500ms', 500],
  ['2s', 2_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', 0],
])('%s is %d milliseconds', (text, ms) => {
  expect(duration.safeParse(text).success).toBe(true);
  expect(durationMs(text)).toBe(ms);
});

test.each(['2', '2 s', 's', '-2s', '61m', '2h', '1d', ''])('%p is no duration', (text) =>
  expect(duration.safeParse(text).success).toBe(false),
);

test.each(['https://example.com/a?b=c', 'http://127.0.0.1:4402/thanks'])('%s is an address', (text) => {
  expect(httpUrl.safeParse(text).success).toBe(true);
});

test.each([
  'example.com',
  '//example.com',
  'javascript:alert(1)',
  'ftp://example.com',
  'https://u@example.com',
  'https://:p@example.com',
  '',
])('%p is no address to send anybody to', (text) => expect(httpUrl.safeParse(text).success).toBe(false));

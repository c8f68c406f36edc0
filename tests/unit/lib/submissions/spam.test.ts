import { expect, test } from '@jest/globals';
import { spamReason } from '../../../../lib/submissions/spam.ts';
import { contactForm } from './contact-form.ts';

const NOW = 1_795_253_400_000;
const form = contactForm();

test.each([
  ['a filled honeypot', { website: 'https://example.com' }, 'honeypot'],
  ['an empty honeypot', { website: ' ' }, undefined],
  ['a form sent at once', { started_at: String(NOW - 500) }, 'too_fast'],
  ['a form sent within the same millisecond', { started_at: String(NOW) }, 'too_fast'],
  ['a form filled for exactly the minimum', { started_at: String(NOW - 2_000) }, undefined],
  ['no timestamp', {}, undefined],
  ['an unreadable timestamp', { started_at: 'yesterday' }, undefined],
  ['a clock ahead of ours', { started_at: String(NOW + 60_000) }, undefined],
])('%s', (_, fields, reason) => expect(spamReason(form, fields, NOW)).toBe(reason));

test('a form without spam rules takes every post', () => {
  expect(spamReason(contactForm({ spam: {} }), { website: 'x', started_at: String(NOW) }, NOW)).toBeUndefined();
});

test('zero seconds switch the fill time off', () => {
  const off = contactForm({ spam: { timestamp: 'started_at', minSeconds: 0 } });
  expect(spamReason(off, { started_at: String(NOW) }, NOW)).toBeUndefined();
});

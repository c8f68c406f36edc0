import { expect, test } from '@jest/globals';
import { isForeign } from '../../../../../infra/local/pages/is-foreign.ts';

const BASE = 'http://127.0.0.1:4402';

test.each([
  ['a page of this machine', { host: '127.0.0.1:4402' }, '/events', false],
  ['the same by its other name', { host: 'localhost:4402' }, '/events', false],
  ['a name resolved to this machine', { host: 'evil.example:4402' }, '/events', true],
  ['another port', { host: '127.0.0.1:4403' }, '/events', true],
  ['no host', {}, '/', true],
  ['a post from its own page', { host: '127.0.0.1:4402', origin: BASE }, '/inbox/faults', false],
  ['a post from a foreign page', { host: '127.0.0.1:4402', origin: 'https://evil.example' }, '/inbox/faults', true],
  [
    'a delivery, whatever its origin',
    { host: '127.0.0.1:4402', origin: 'https://sender.example' },
    '/hooks/demo',
    false,
  ],
])('%s', (_, headers, path, expected) => expect(isForeign({ headers, path }, BASE)).toBe(expected));

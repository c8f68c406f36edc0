import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const docs = resolve(import.meta.dirname, '../../../docs');
const page = readFileSync(join(docs, 'reliability.md'), 'utf8');

/** Each test file the page links to, with the titles quoted after it. */
const named = [...page.matchAll(/\]\((\.\.\/tests\/[^)]+)\)([^[|\n]*)/g)].map(([, file = '', after = '']) => ({
  file,
  titles: [...after.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
}));

test('the page about reliability names a test for every promise', () => {
  const [promises = ''] = page.split('## The long run');
  const rows = promises.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Promise'));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) expect(row).toContain('](../tests/');
});

test.each(named)('the tests it names in $file are there', ({ file, titles }) => {
  const source = readFileSync(resolve(docs, file), 'utf8');
  for (const title of titles) expect(source).toContain(title);
});

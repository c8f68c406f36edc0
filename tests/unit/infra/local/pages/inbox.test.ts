import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createInbox } from '../../../../../infra/local/pages/inbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inbox-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (name = 'inbox/events.jsonl', nowMs = 1) =>
  createInbox({ stateFile: join(folder, name), now: () => nowMs });

test('what was taken is there again after a restart, in the order it came', async () => {
  const inbox = open();
  await Promise.all(['a', 'b', 'a'].map((id) => inbox.take({ id, verified: true, body: { type: id } })));
  const again = open(undefined, 2);
  await again.take({ id: 'a', verified: true, body: { type: 'a' } });
  expect(open().events()).toEqual([
    { id: 'a', type: 'a', receivedAtMs: 1, verified: true, attempts: 3, body: { type: 'a' } },
    { id: 'b', type: 'b', receivedAtMs: 1, verified: true, attempts: 1, body: { type: 'b' } },
  ]);
});

test('a line that a crash cut off costs nothing else', async () => {
  const inbox = open('events');
  await inbox.take({ id: 'a', verified: true, body: {} });
  appendFileSync(join(folder, 'events'), '{"id":"b","ty');
  expect(
    open('events')
      .events()
      .map(({ id }) => id),
  ).toEqual(['a']);
  await open('events').take({ id: 'c', verified: true, body: {} });
  expect(
    open('events')
      .events()
      .map(({ id }) => id),
  ).toEqual(['a', 'c']);
});

test('its file is for its owner only: it holds people’s data', async () => {
  await open('events').take({ id: 'a', verified: true, body: {} });
  expect(statSync(join(folder, 'events')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'events'), 'utf8')).toMatch(/^\n\{.*\}\n$/);
});

test('a state file that cannot be read is named with the way out', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => open('file/events')).toThrow(/--fresh/);
});

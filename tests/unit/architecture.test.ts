import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));

const IMPORT = /(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|import\s+'([^']+)'/g;
const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

/** `lib/leads`, `functions/submit-lead`, `infra`, or the package's name. */
const roomOf = (file: string, specifier: string): string => {
  if (!specifier.startsWith('.')) return specifier;
  const [top = '', room = ''] = relative(root, resolve(root, dirname(file), specifier)).split('/');
  return top === 'lib' || top === 'functions' ? `${top}/${room}` : top;
};

/** Each room and what lies below it. Sources know the names of lanes, because applying a source makes them. */
const below: Record<string, string[]> = {
  platform: [],
  work: ['platform'],
  zoho: ['platform'],
  sources: ['platform', 'work'],
  mapping: ['platform', 'sources'],
  destinations: ['platform', 'work', 'sources', 'events'],
  tokens: ['platform', 'work', 'sources', 'zoho'],
  submissions: ['platform', 'work', 'sources', 'mapping'],
  leads: ['platform', 'work', 'sources', 'mapping', 'zoho', 'tokens'],
  events: ['platform', 'work', 'sources', 'mapping'],
};

describe('the rooms', () => {
  test.each(Object.keys(below))('lib/%s imports only what lies below it', (room) => {
    const allowed = new Set([room, ...(below[room] ?? [])].map((name) => `lib/${name}`));
    const wrong = filesBelow(`lib/${room}`).flatMap((file) =>
      importsOf(file)
        .map((specifier) => roomOf(file, specifier))
        .filter((target) => /^(lib\/|functions\/|infra|tests|events)/.test(target) && !allowed.has(target))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('only lib/platform imports an AWS SDK or reads the environment', () => {
    const wrong = [...filesBelow('lib'), ...filesBelow('functions')]
      .filter((file) => !file.startsWith('lib/platform/'))
      .filter(
        (file) =>
          importsOf(file).some((specifier) => specifier.startsWith('@aws-sdk/')) ||
          readFileSync(join(root, file), 'utf8').includes('process.env'),
      );
    expect(wrong).toEqual([]);
  });

  test('functions reach each other only through the table', () => {
    const wrong = filesBelow('functions').flatMap((file) => {
      const own = file.split('/').slice(0, 2).join('/');
      return importsOf(file)
        .map((specifier) => roomOf(file, specifier))
        .filter(
          (target) => (target.startsWith('functions/') && target !== own) || target === 'infra' || target === 'tests',
        )
        .map((target) => `${file} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('every handler is short: parse, call, respond', () => {
    const long = filesBelow('functions')
      .filter((file) => file.endsWith('handler.ts'))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 90);
    expect(long).toEqual([]);
  });
});

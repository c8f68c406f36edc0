import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { createReceivers } from '../../infra/local/demo/receivers.ts';
import { randomId } from '../../lib/platform/ids.ts';
import { applySource } from '../../lib/sources/apply-source.ts';
import { readSourceFile } from '../../lib/sources/read-source-file.ts';
import { sourceSchema } from '../../lib/sources/source.ts';
import { useStack } from '../support/stack.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';

describe('the README', () => {
  const stack = useStack();

  test('its source file has no problem', () => {
    expect(readSourceFile(block('yaml'))).not.toHaveProperty('problems');
  });

  test('every file it links to is there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const path of links) expect(() => readFileSync(join(import.meta.dirname, '../..', path))).not.toThrow();
  });

  test('every npm script it names exists', () => {
    const { scripts } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z:]+)(?= --|`|\n| +#)/g)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'ci');
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  test('its six-line snippet delivers a lead by fetch and by beacon', async () => {
    const { records, secrets, addresses } = stack();
    const acme = sourceSchema.parse({
      id: 'acme',
      connection: 'demo',
      zoho: { accountsUrl: addresses.sandbox },
      forms: {
        contact: {
          fields: {
            Email: 'email',
            Last_Name: { from: 'last_name', default: { emailName: 'email' } },
            CDP_ID: 'cdp_id',
          },
          duplicateCheckFields: ['Email'],
          textPlain: true,
        },
      },
    });
    await applySource(acme, { table: records, secrets, stage: 'local', now: Date.now, randomId });

    const snippet = block('js').replaceAll('https://api.example.com', addresses.gateway);
    expect(snippet.trim().split('\n')).toHaveLength(6);
    let beacon: (() => void) | undefined;
    const beacons: Array<Promise<Response>> = [];
    const warnings: unknown[] = [];
    await runInNewContext(`(async () => {${snippet}})()`, {
      fetch,
      Blob,
      visitorId: 'v-readme',
      console: { warn: (message: unknown) => warnings.push(message) },
      addEventListener: (_: string, listener: () => void) => {
        beacon = listener;
      },
      navigator: {
        sendBeacon: (url: string, body: Blob) => beacons.push(fetch(url, { method: 'POST', body })),
      },
    });
    expect(warnings).toEqual([]);
    beacon?.();
    const [sent] = await Promise.all(beacons);
    expect(sent?.status).toBe(202);
    const { leads } = createReceivers(addresses);
    for (let tries = 0; tries < 100 && (await leads()).length === 0; tries += 1)
      await new Promise((wake) => setTimeout(wake, 100));
    expect((await leads()).filter(({ Email }) => Email === 'kim@example.com')).toHaveLength(1);
  });
});

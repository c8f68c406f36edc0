import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../../../infra/cli/commands.ts';
import { readService } from '../../../../infra/local/service.ts';

const root = resolve(import.meta.dirname, '../../../..');
const page = readFileSync(resolve(root, 'docs/operating.md'), 'utf8');

describe('docs/operating.md', () => {
  test('every command it gives exists', () => {
    const given = [...page.matchAll(/leadloop ([a-z]+)(?: ([a-z]+)\b)?/g)].map(([, first = '', second = '']) =>
      commands.some(({ name }) => name === first) ? first : `${first} ${second}`,
    );
    expect(given.length).toBeGreaterThan(10);
    for (const name of given) expect(commands.map((command) => command.name)).toContain(name);
  });

  test.each([
    'Deploying',
    'Alarms',
    'Re-run',
    'Reconnect',
    'Keys and secrets',
    'Restoring from a backup',
    'Deleting a client',
    'What it costs',
  ])('has a chapter “%s” with something in it', (title) => {
    const chapter = page.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
    expect(chapter.length).toBeGreaterThan(title.length + 100);
  });

  test('names every parameter of a deployment, with the default serverless.yml has', () => {
    const parameters = Object.values(readService().custom).flatMap((value) => {
      const [, name, fallback] = /\$\{param:(\w+), '?([^'}]*)'?\}/.exec(String(value)) ?? [];
      return name === undefined ? [] : [{ name, fallback }];
    });
    expect(parameters.length).toBeGreaterThanOrEqual(4);
    for (const { name, fallback } of parameters) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row).toBeDefined();
      if (fallback !== '') expect(row).toContain(`| ${fallback} |`);
    }
  });
});

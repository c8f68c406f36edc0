import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { destinationSettings, webhookDestination } from '../../../../lib/sources/destination-settings.ts';
import { fieldRule } from '../../../../lib/sources/field-rule.ts';
import { formSchema } from '../../../../lib/sources/form.ts';
import { readSourceFile } from '../../../../lib/sources/read-source-file.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { dateFormats, plainTransforms, transformSettings } from '../../../../lib/sources/transform.ts';
import { amountFormats, eventNames, webhookSettings } from '../../../../lib/sources/webhook-settings.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/source-file.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

describe('the page about the source file', () => {
  test.each(examples.map((text, index) => [index, text] as const))('has examples that are right (%d)', (_, text) => {
    expect(readSourceFile(text)).toMatchObject({ source: { id: 'acme' } });
  });

  test('has more than one example', () => expect(examples.length).toBeGreaterThan(2));

  test.each([
    ['the top level', Object.keys(sourceSchema.shape).filter((key) => key !== 'zoho')],
    ['zoho', ['zoho.accountsUrl']],
    ['a form', Object.keys(formSchema.shape).filter((key) => key !== 'spam')],
    ['spam', ['spam.honeypot', 'spam.timestamp', 'spam.minSeconds']],
    ['a rule', Object.keys(fieldRule.shape)],
    ['the webhook', Object.keys(webhookSettings.shape)],
    ['a webhook destination', Object.keys(webhookDestination.shape)],
  ])('has a row for every key of %s', (_, keys) => {
    expect(keys.filter((key) => !page.includes(`| \`${key}\` |`))).toEqual([]);
  });

  test('names every transform, date form, money form and event', () => {
    const transforms = [
      ...plainTransforms.map((name) => `\`${name}\``),
      ...Object.keys(transformSettings.shape).map((name) => `\`{ ${name}: `),
    ];
    const named = [...transforms, ...dateFormats, ...amountFormats, ...eventNames.map((name) => `\`${name}\``)];
    expect(named.filter((text) => !page.includes(text))).toEqual([]);
    expect(destinationSettings.def.options).toHaveLength(1); // a further type needs its own table
  });
});

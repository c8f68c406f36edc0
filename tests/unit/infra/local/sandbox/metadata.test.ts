import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { fieldMetadata } from '../../../../../infra/local/sandbox/crm/field-metadata.ts';
import { moduleNamed, moduleNames } from '../../../../../infra/local/sandbox/crm/modules.ts';

const identified = z.array(z.object({ id: z.string(), pick_list_values: z.array(z.object({ id: z.string() })) }));

test('no two fields or options share an id', () => {
  const fields = moduleNames.flatMap((name) => identified.parse(fieldMetadata(moduleNamed(name))));
  const ids = fields.flatMap(({ id, pick_list_values: options }) => [id, ...options.map((option) => option.id)]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^\d{19}$/.test(id))).toBe(true);
});

test('no two fields of a module share a name or a label', () => {
  for (const name of moduleNames) {
    const { fields } = moduleNamed(name);
    expect(new Set(fields.map(({ apiName }) => apiName)).size).toBe(fields.length);
    expect(new Set(fields.map(({ label }) => label)).size).toBe(fields.length);
  }
});

test("the demo org never has Zoho's own click id field", () => {
  expect(moduleNamed('Leads').fieldsByName.has('GCLID')).toBe(false);
});

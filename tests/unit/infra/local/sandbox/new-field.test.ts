import { describe, expect, test } from '@jest/globals';
import { createModules } from '../../../../../infra/local/sandbox/crm/modules.ts';
import { apiNameFor, readNewField } from '../../../../../infra/local/sandbox/crm/settings/new-field.ts';

const contacts = createModules().named('Contacts');
const leads = createModules().named('Leads');
const judge = (raw: unknown, module = contacts) => readNewField(module, raw, '$.fields[0]');

describe('the API name', () => {
  test.each([
    ['Lead Key', 'Lead_Key'],
    ['Score (%)', 'Score_'],
    ['Last Name', 'Last_Name1'],
    ['客戶編號', 'field1'],
    ['1st Visit', 'st_Visit'],
  ])('of “%s” is %s', (label, name) => expect(apiNameFor(contacts, label)).toBe(name));
});

describe('a new field', () => {
  test.each<[object, object]>([
    [
      { field_label: 'Key', data_type: 'text' },
      { apiName: 'Key', type: 'text', length: 255, custom: true },
    ],
    [
      { field_label: 'Key', data_type: 'text', length: 20, unique: { case_sensitive: false } },
      { length: 20, unique: true },
    ],
    [
      { field_label: 'Key', data_type: 'text', external: { type: 'org', show: false } },
      { external: true, unique: true },
    ],
    [{ field_label: 'Notes', data_type: 'textarea', length: 32000, textarea: { type: 'large' } }, { length: 32000 }],
    [
      {
        field_label: 'Grade',
        data_type: 'picklist',
        pick_list_values: [{ display_value: 'A' }, { display_value: 'B', actual_value: 'b' }],
      },
      {
        options: [
          { actual: 'A', display: 'A' },
          { actual: 'b', display: 'B' },
        ],
      },
    ],
    [
      { field_label: 'Opened', data_type: 'datetime', tooltip: { name: 'info_icon', value: 'x'.repeat(255) } },
      { type: 'datetime' },
    ],
  ])('%j', (raw, field) => expect(judge(raw)).toMatchObject({ status: 'read', field }));

  test.each<[unknown, object]>([
    ['x', { code: 'INVALID_DATA', details: { expected_data_type: 'jsonobject' } }],
    [{ data_type: 'text' }, { code: 'MANDATORY_NOT_FOUND', details: { json_path: '$.fields[0].field_label' } }],
    [{ field_label: 'Key' }, { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'data_type' } }],
    [
      { field_label: 'Key', data_type: 'words' },
      { code: 'INVALID_DATA', details: { api_name: 'data_type' } },
    ],
    [{ field_label: 'Key', data_type: 'percent' }, { code: 'NOT_SUPPORTED' }],
    [
      { field_label: 'last name', data_type: 'text' },
      { code: 'DUPLICATE_DATA', details: { api_name: 'field_label' } },
    ],
    [
      { field_label: 'Key', data_type: 'text', length: 256 },
      { code: 'INVALID_DATA', details: { maximum_length: 255 } },
    ],
    [{ field_label: 'Key', data_type: 'text', length: '9' }, { details: { expected_data_type: 'integer' } }],
    [
      { field_label: 'Notes', data_type: 'textarea', length: 5, textarea: { type: 'small' } },
      { code: 'DEPENDENT_MISMATCH' },
    ],
    [{ field_label: 'Notes', data_type: 'textarea', textarea: { type: 'huge' } }, { code: 'INVALID_DATA' }],
    [
      { field_label: 'Grade', data_type: 'picklist' },
      { code: 'DEPENDENT_FIELD_MISSING', details: { dependee: { api_name: 'data_type' } } },
    ],
    [{ field_label: 'Grade', data_type: 'picklist', pick_list_values: [{}] }, { code: 'MANDATORY_NOT_FOUND' }],
    [
      {
        field_label: 'Grade',
        data_type: 'picklist',
        pick_list_values: [{ display_value: 'A' }, { display_value: 'A' }],
      },
      { code: 'DUPLICATE_DATA' },
    ],
    [
      { field_label: 'Key', data_type: 'text', unique: { case_sensitive: true } },
      { code: 'INVALID_DATA', details: { api_name: 'case_sensitive' } },
    ],
    [{ field_label: 'Sum', data_type: 'currency', unique: { case_sensitive: false } }, { code: 'NOT_ALLOWED' }],
    [{ field_label: 'Mail 2', data_type: 'email', external: { type: 'org' } }, { code: 'NOT_ALLOWED' }],
    [
      { field_label: 'Key', data_type: 'text', tooltip: { name: 'static_text', value: 'x'.repeat(36) } },
      { details: { maximum_length: 35 } },
    ],
    [{ field_label: 'Key', data_type: 'text', tooltip: { name: 'popup', value: 'x' } }, { code: 'INVALID_DATA' }],
  ])('is not made from %j', (raw, item) => expect(judge(raw)).toMatchObject({ status: 'wrong', item }));

  test('is not unique where two fields are already', () => {
    expect(judge({ field_label: 'Key', data_type: 'text', unique: { case_sensitive: false } }, leads)).toMatchObject({
      item: { code: 'LIMIT_EXCEEDED' },
    });
  });
});

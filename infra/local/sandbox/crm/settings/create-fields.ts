import { jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import {
  badRequest,
  bodyIsNoObject,
  type ErrorItem,
  invalidData,
  limitExceeded,
  mandatoryNotFound,
} from '../errors.ts';
import type { Field } from '../field.ts';
import { fieldId } from '../field-metadata.ts';
import type { Module } from '../modules.ts';
import { parseObject } from '../read-write-body.ts';
import { readNewField } from './new-field.ts';

const MAX_FIELDS_PER_CALL = 5;

/**
 * `POST /settings/fields?module=…`: up to five custom fields, each with its own result. The name made from the label is
 * not answered; it has to be read back.
 * @param add called for each field that is new, before the next one is judged
 */
export const createFields = (module: Module, body: Buffer, add: (field: Field) => void): SandboxAnswer => {
  const sent = parseObject(body);
  if (!sent) return bodyIsNoObject();
  const { fields } = sent;
  if (fields === undefined || fields === null || (Array.isArray(fields) && fields.length === 0))
    return badRequest(mandatoryNotFound('fields', '$.fields'));
  if (!Array.isArray(fields))
    return badRequest(invalidData({ expected_data_type: 'jsonarray', api_name: 'fields', json_path: '$.fields' }));
  if (fields.length > MAX_FIELDS_PER_CALL)
    return limitExceeded(
      { limit: MAX_FIELDS_PER_CALL, api_name: 'fields', json_path: '$.fields' },
      'maximum number of fields exceeded',
    );
  const items = fields.map((raw, index) => createField(module, raw, `$.fields[${index}]`, add));
  const failed = items.filter(({ status }) => status === 'error').length;
  return jsonAnswer(failed === 0 ? 201 : failed === items.length ? 400 : 207, { fields: items }, 1);
};

type Created = { code: 'SUCCESS'; details: { id: string }; message: 'field created'; status: 'success' };

const createField = (module: Module, raw: unknown, path: string, add: (field: Field) => void): Created | ErrorItem => {
  const read = readNewField(module, raw, path);
  if (read.status === 'wrong') return read.item;
  add(read.field);
  return {
    code: 'SUCCESS',
    details: { id: fieldId(module, module.fields.indexOf(read.field)) },
    message: 'field created',
    status: 'success',
  };
};

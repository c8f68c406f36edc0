import type { SandboxAnswer } from '../answer.ts';
import { badRequest, bodyIsNoObject, invalidData, limitExceeded, mandatoryNotFound } from './errors.ts';
import { firstUncheckable } from './matching.ts';
import type { Module } from './modules.ts';

/** `runsWorkflows` is false when `trigger` is given without `workflow` in it. */
export type WriteBody = { data: unknown[]; duplicateCheckFields: string[]; runsWorkflows: boolean };

export const MAX_RECORDS = 100;

const isTexts = (raw: unknown): raw is string[] => Array.isArray(raw) && raw.every((item) => typeof item === 'string');

/** The body of an insert, update or upsert, or the answer that refuses it whole. */
export const readWriteBody = (
  module: Module,
  body: Buffer,
  maxRecords = MAX_RECORDS,
): { status: 'read'; body: WriteBody } | { status: 'refused'; answer: SandboxAnswer } => {
  const refused = (answer: SandboxAnswer) => ({ status: 'refused', answer }) as const;
  const parsed = parseObject(body);
  if (!parsed) return refused(bodyIsNoObject());

  const { data, trigger, duplicate_check_fields: sent = [] } = parsed;
  if (data === undefined || data === null) return refused(badRequest(mandatoryNotFound('data', '$.data')));
  if (!Array.isArray(data))
    return refused(badRequest(invalidData({ expected_data_type: 'jsonarray', api_name: 'data', json_path: '$.data' })));
  if (data.length === 0) return refused(badRequest(mandatoryNotFound('data', '$.data')));
  if (data.length > maxRecords)
    return refused(
      limitExceeded({ limit: maxRecords, api_name: 'data', json_path: '$.data' }, 'maximum number of records exceeded'),
    );

  if (trigger !== undefined && !isTexts(trigger))
    return refused(
      badRequest(invalidData({ expected_data_type: 'jsonarray', api_name: 'trigger', json_path: '$.trigger' })),
    );
  const checkFields = { api_name: 'duplicate_check_fields', json_path: '$.duplicate_check_fields' };
  if (!isTexts(sent)) return refused(badRequest(invalidData({ expected_data_type: 'jsonarray', ...checkFields })));
  const wrong = firstUncheckable(module, sent);
  if (wrong !== -1)
    return refused(badRequest(invalidData({ ...checkFields, json_path: `${checkFields.json_path}[${wrong}]` })));

  return {
    status: 'read',
    body: { data, duplicateCheckFields: sent, runsWorkflows: trigger === undefined || trigger.includes('workflow') },
  };
};

/** A body that is one JSON object; undefined for any other. */
export const parseObject = (body: Buffer): Record<string, unknown> | undefined => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
};

import { jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { SandboxRequest } from '../../request.ts';
import { badRequest, bodyIsNoObject, invalidData, mandatoryNotFound } from '../errors.ts';
import { parseObject } from '../read-write-body.ts';
import type { CrmDeps } from '../route.ts';
import { CONVERT_CREDITS, convertLead } from './convert-lead.ts';

/** `POST /Leads/{id}/actions/convert`. */
export const postConvert = (deps: CrmDeps, request: SandboxRequest, leadId: string): SandboxAnswer => {
  const body = parseObject(request.body);
  if (!body) return bodyIsNoObject();
  const { data } = body;
  if (data === undefined || data === null) return badRequest(mandatoryNotFound('data', '$.data'));
  if (!Array.isArray(data) || data.length > 1)
    return badRequest(invalidData({ expected_data_type: 'jsonarray', api_name: 'data', json_path: '$.data' }));
  if (data.length === 0) return badRequest(mandatoryNotFound('data', '$.data'));

  const outcome = convertLead(deps, leadId, data[0]);
  switch (outcome.status) {
    case 'refused':
      return badRequest(outcome.item);
    case 'wrong':
      return jsonAnswer(400, { data: [outcome.item] }, CONVERT_CREDITS);
    case 'converted': {
      const { Contacts, Deals, Accounts } = outcome;
      const item = {
        code: 'SUCCESS',
        details: { Contacts, Deals, Accounts },
        message: 'The record has been converted successfully',
        status: 'success',
      };
      return {
        ...jsonAnswer(200, { data: [item] }, CONVERT_CREDITS),
        afterwards: deps.onWritten(outcome.written, true),
      };
    }
  }
};

import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { fixedId } from '../ids.ts';
import { badRequest, bodyIsNoObject, error, invalidData, mandatoryNotFound } from './errors.ts';
import { org, orgTime, user } from './org.ts';
import type { OrgState } from './org-state.ts';
import { parseObject } from './read-write-body.ts';

const ID = fixedId(780002);
const self = { name: user.name, id: user.id };

/** `GET /org/currencies`: the org has one currency, and says nothing of it until multi-currency is switched on. */
export const listCurrencies = (state: OrgState): SandboxAnswer => {
  const sinceMs = state.get().multiCurrencySinceMs;
  if (sinceMs === undefined)
    return jsonAnswer(403, error('CURRENCIES_NOT_ENABLED', {}, 'Multi currency is not enabled'), 1);
  return jsonAnswer(
    200,
    {
      currencies: [
        {
          id: ID,
          name: org.currency,
          iso_code: org.iso_code,
          symbol: org.currency_symbol,
          is_base: true,
          is_active: true,
          exchange_rate: '1.000000000',
          prefix_symbol: true,
          format: { decimal_separator: 'Period', thousand_separator: 'Comma', decimal_places: '2' },
          created_time: orgTime(sinceMs),
          modified_time: orgTime(sinceMs),
          created_by: self,
          modified_by: self,
        },
      ],
    },
    1,
  );
};

/**
 * `POST /org/currencies/actions/enable`: for good, as at Zoho. The base currency is the org's own; another one is
 * refused.
 */
export const enableCurrencies = (state: OrgState, nowMs: number, body: Buffer): SandboxAnswer => {
  const sent = parseObject(body);
  if (!sent) return bodyIsNoObject();
  const base = sent.base_currency;
  if (base === undefined || base === null) return badRequest(mandatoryNotFound('base_currency', '$.base_currency'));
  const answer = (status: number, item: unknown): SandboxAnswer => jsonAnswer(status, { base_currency: item }, 1);
  const path = '$.base_currency';
  if (typeof base !== 'object' || !('iso_code' in base))
    return answer(400, mandatoryNotFound('iso_code', `${path}.iso_code`));
  if (base.iso_code !== org.iso_code)
    return answer(400, invalidData({ api_name: 'iso_code', json_path: `${path}.iso_code` }, 'ISO code is invalid.'));
  if (state.get().multiCurrencySinceMs !== undefined)
    return answer(400, error('ALREADY_ENABLED', {}, 'The multi-currency is already enabled'));
  state.set({ ...state.get(), multiCurrencySinceMs: nowMs });
  return answer(200, {
    code: 'SUCCESS',
    details: { id: ID },
    message: 'The multi-currency feature is enabled and given currency is created as the base currency.',
    status: 'success',
  });
};

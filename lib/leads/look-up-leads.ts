import type { Batch } from '../work/lane-driver.ts';
import type { Finding, LookUpOutcome } from '../work/outcome.ts';
import { type CoqlAnswer, coqlRequest, readCoqlAnswer } from '../zoho/coql.ts';
import { queryCredits } from '../zoho/credits.ts';
import { isNotPermitted } from '../zoho/faults.ts';
import { markerQuery, readMarkers } from '../zoho/marker-query.ts';
import { type LeadPayload, receiptOf } from './lead-payload.ts';
import type { Reading, ZohoCalls } from './zoho-calls.ts';

type Told = Exclude<CoqlAnswer, { status: 'fault' }>;
const read = (httpStatus: number, body: string): Reading<Told> => {
  const answer = readCoqlAnswer(httpStatus, body);
  return answer.status === 'fault' ? answer : { status: 'read', answer };
};

/**
 * Asks Zoho which submissions of a batch it has, by the marker their records were inserted with. COQL reads what is
 * stored; the search API would answer from an index that lags behind by an unpublished time, and needs a scope of its
 * own. So a grant without COQL's scope leaves the question to a person.
 */
export const lookUpLeads = async (
  batch: Batch<LeadPayload>,
  zoho: ZohoCalls,
  mayCall: () => boolean,
): Promise<LookUpOutcome> => {
  const { options, marker } = batch[0]?.payload ?? {};
  if (options === undefined || marker === undefined) return { status: 'not_sent' };
  const { module } = options;
  const wanted = { module, marker, values: batch.map(({ item }) => item.id) };
  const ask = (converted: 'as_it_comes' | 'named') =>
    zoho.call(
      (token) => coqlRequest({ ...token, query: markerQuery(wanted, { converted }) }),
      read,
      queryCredits(),
      mayCall,
    );

  // Only leads are converted. Where the field that says so is hidden, what COQL shows by itself has to do.
  let told = await ask(module === 'Leads' ? 'named' : 'as_it_comes');
  const isHidden = told.status === 'read' && told.answer.status === 'refused' && told.answer.code === 'INVALID_QUERY';
  if (isHidden && module === 'Leads') told = await ask('as_it_comes');

  if (told.status !== 'read') return told;
  const { answer, usage } = told;
  if (answer.status === 'refused') {
    const code = isNotPermitted(answer.code) ? 'look_up_not_permitted' : answer.code;
    return { status: 'looked_up', findings: batch.map(() => ({ status: 'unknown', code })), usage };
  }
  const ids = readMarkers(answer.rows, wanted);
  const findings = batch.map(({ item, payload }): Finding => {
    const id = ids.get(item.id);
    if (id !== undefined) return { status: 'there', receipt: receiptOf(payload, id, 'insert') };
    // Several records with one marker can hide others behind the 200 that are answered.
    return answer.moreRecords ? { status: 'unknown', code: 'too_many_found' } : { status: 'not_there' };
  });
  return { status: 'looked_up', findings, usage };
};

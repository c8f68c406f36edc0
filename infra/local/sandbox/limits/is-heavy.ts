import type { SandboxRequest } from '../request.ts';

const FEW_RECORDS = 10;

/**
 * Whether a call counts towards the sub-concurrency of heavy ones: writes of more than ten records, conversions, COQL
 * ("API Limits"), and, as others report, searches and sorted lists (the fact sheet's §4.2).
 */
export const isHeavy = ({ method, path, query, body }: SandboxRequest): boolean => {
  const [, , , first = '', ...rest] = path.split('/'); // /crm/v8/…
  if (first === 'coql' || rest.at(-1) === 'convert' || rest[0] === 'search') return true;
  if (method === 'GET') return query.has('sort_by') || query.has('cvid');
  return (method === 'POST' || method === 'PUT') && countRecords(body) > FEW_RECORDS;
};

const countRecords = (body: Buffer): number => {
  if (body.length === 0) return 0;
  try {
    const sent: unknown = JSON.parse(body.toString('utf8'));
    return typeof sent === 'object' && sent !== null && 'data' in sent && Array.isArray(sent.data)
      ? sent.data.length
      : 0;
  } catch {
    return 0; // the call will be refused for it
  }
};

import { checkFields } from '../../lib/leads/check-fields.ts';
import { sleep } from '../../lib/platform/clock.ts';
import { codeOf } from '../../lib/platform/errors.ts';
import { createSend } from '../../lib/platform/outbound.ts';
import type { SourceProblem } from '../../lib/sources/read-source-file.ts';
import { connectionOf, type Source } from '../../lib/sources/source.ts';
import { createAccessTokens } from '../../lib/tokens/access-token.ts';
import { readTokenItem } from '../../lib/tokens/token-item.ts';
import { isZohoOrigin } from '../../lib/zoho/data-centers.ts';
import { isNotPermitted } from '../../lib/zoho/faults.ts';
import { type FieldsAnswer, fieldsRequest, readFieldsAnswer } from '../../lib/zoho/fields.ts';
import type { Surroundings } from './command.ts';
import type { Target } from './target.ts';

const DEADLINE_MS = 10_000;
const NOT_COMPARED = 'so the names of fields were not compared';

const whyNot = (code: string): string =>
  isNotPermitted(code)
    ? `the grant does not reach to the fields (needs ZohoCRM.settings.fields.READ), ${NOT_COMPARED}`
    : `Zoho could not be asked (${code}), ${NOT_COMPARED}`;

/**
 * Compares a source's forms with the fields that its connected Zoho has, one call for each module. What cannot be
 * compared is a warning too, and never an error: the file may be right.
 */
export const checkInZoho = async (
  source: Source,
  { tokens: table, secrets, stage, extraHosts }: Target,
  { now, randomId, fetch, note }: Surroundings,
): Promise<SourceProblem[]> => {
  const connection = connectionOf(source);
  if ((await readTokenItem(table, connection)) === undefined) {
    note(`Connection ${connection} is not made yet, ${NOT_COMPARED} with Zoho's.`);
    return [];
  }
  const send = createSend(fetch, (origin) => isZohoOrigin(origin, extraHosts));
  const ports = { now, sleep, random: Math.random, randomId, send, stage, extraHosts, log: () => undefined };
  const tokens = createAccessTokens({ ...ports, table, secrets: async () => secrets });

  const fieldsOf = async (module: string): Promise<FieldsAnswer> => {
    const token = await tokens.get(connection);
    if (token.status !== 'token') return { status: 'refused', code: token.code };
    const request = fieldsRequest({ apiDomain: token.apiDomain, accessToken: token.value, module });
    const answer = await send(request, { deadlineMs: DEADLINE_MS });
    return answer.status === 'failed'
      ? { status: 'refused', code: answer.code }
      : readFieldsAnswer(answer.httpStatus, answer.body);
  };

  const warnings: SourceProblem[] = [];
  const modules = new Set(Object.values(source.forms).map(({ module }) => module));
  for (const module of modules) {
    const forms = Object.entries(source.forms).filter(([, form]) => form.module === module);
    const answer = await fieldsOf(module).catch((error: unknown) => ({
      status: 'refused' as const,
      code: codeOf(error),
    }));
    for (const [name, form] of forms) {
      const findings =
        answer.status === 'fields'
          ? checkFields(form, answer.fields)
          : answer.code === 'INVALID_MODULE'
            ? [{ path: 'module', message: `is no module of the connected Zoho: ${module}` }]
            : [{ path: 'module', message: whyNot(answer.code) }];
      warnings.push(...findings.map(({ path, message }) => ({ path: `forms.${name}.${path}`, message })));
    }
  }
  await tokens.settled();
  return warnings;
};

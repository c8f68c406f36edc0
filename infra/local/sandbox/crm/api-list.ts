import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { wrongParam } from './list-query.ts';
import { moduleNames } from './modules.ts';

type ApiOperation = { method: string; oauth_scope: string; min_credits: number; max_credits: number };
export type Api = { path: string; operation_types: ApiOperation[] };

const operation = (method: string, scope: string, minCredits = 1, maxCredits = minCredits): ApiOperation => ({
  method,
  oauth_scope: scope,
  min_credits: minCredits,
  max_credits: maxCredits,
});
const api = (path: string, ...operations: ApiOperation[]): Api => ({
  path: `/crm/v8/${path}`,
  operation_types: operations,
});

/** What this sandbox serves of Zoho's API, with what it asks for and costs. */
export const apis: Api[] = [
  ...moduleNames.flatMap((module) => {
    const scope = (name: string): string => `ZohoCRM.modules.${module.toLowerCase()}.${name}`;
    return [
      api(
        module,
        operation('GET', scope('READ')),
        operation('POST', scope('CREATE'), 1, 10),
        operation('PUT', scope('UPDATE'), 1, 10),
      ),
      api(`${module}/{{id}}`, operation('GET', scope('READ')), operation('PUT', scope('UPDATE'))),
      api(`${module}/upsert`, operation('POST', scope('CREATE'), 1, 10)),
      api(`${module}/search`, operation('GET', scope('READ'))),
      api(`${module}/{{id}}/Notes`, operation('GET', 'ZohoCRM.modules.notes.READ')),
    ];
  }),
  api('Leads/{{id}}/actions/convert', operation('POST', 'ZohoCRM.modules.leads.CREATE', 5)),
  api('Leads/{{id}}/__conversion_options', operation('GET', 'ZohoCRM.modules.leads.READ')),
  api('Notes', operation('POST', 'ZohoCRM.modules.notes.CREATE', 1, 10)),
  api('coql', operation('POST', 'ZohoCRM.coql.READ', 1, 3)),
  api('org', operation('GET', 'ZohoCRM.org.READ')),
  api('org/currencies', operation('GET', 'ZohoCRM.settings.currencies.READ')),
  api('org/currencies/actions/enable', operation('POST', 'ZohoCRM.settings.currencies.CREATE')),
  api(
    'settings/duplicate_check_preference',
    operation('GET', 'ZohoCRM.settings.duplicate_check_preference.READ'),
    operation('POST', 'ZohoCRM.settings.duplicate_check_preference.CREATE'),
    operation('PUT', 'ZohoCRM.settings.duplicate_check_preference.UPDATE'),
    operation('DELETE', 'ZohoCRM.settings.duplicate_check_preference.DELETE'),
  ),
  ...[
    ['webhooks', 'automation_actions'],
    ['workflow_rules', 'workflow_rules'],
  ].flatMap(([name, scope]) => [
    api(
      `settings/automation/${name}`,
      operation('GET', `ZohoCRM.settings.${scope}.READ`),
      operation('POST', `ZohoCRM.settings.${scope}.CREATE`),
      operation('PUT', `ZohoCRM.settings.${scope}.UPDATE`),
    ),
    api(
      `settings/automation/${name}/{{id}}`,
      operation('GET', `ZohoCRM.settings.${scope}.READ`),
      operation('PUT', `ZohoCRM.settings.${scope}.UPDATE`),
      operation('DELETE', `ZohoCRM.settings.${scope}.DELETE`),
    ),
  ]),
  api(
    'settings/fields',
    operation('GET', 'ZohoCRM.settings.fields.READ'),
    operation('POST', 'ZohoCRM.settings.fields.CREATE'),
  ),
  api('settings/layouts', operation('GET', 'ZohoCRM.settings.layouts.READ')),
  api('settings/layouts/{{id}}', operation('GET', 'ZohoCRM.settings.layouts.READ')),
  api('settings/modules', operation('GET', 'ZohoCRM.settings.modules.READ')),
  api('settings/modules/{{module}}', operation('GET', 'ZohoCRM.settings.modules.READ')),
  api('settings/pipeline', operation('GET', 'ZohoCRM.settings.pipeline.READ')),
  api('settings/pipeline/{{id}}', operation('GET', 'ZohoCRM.settings.pipeline.READ')),
  api('users', operation('GET', 'ZohoCRM.users.READ')),
  api('users/{{id}}', operation('GET', 'ZohoCRM.users.READ')),
  api('__apis', operation('GET', 'ZohoCRM.apis.READ')),
];

/** `GET /__apis`. Filters are not understood, so that nobody takes the whole list for a filtered one. */
export const listApis = (query: URLSearchParams): SandboxAnswer =>
  query.has('filters') ? wrongParam('filters') : jsonAnswer(200, { __apis: apis }, 1);

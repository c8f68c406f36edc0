import type { OutboundAnswer, Send } from '../../../../lib/platform/outbound.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { type Source, sourceSchema } from '../../../../lib/sources/source.ts';
import { type ConnectDeps, createConnect } from '../../../../lib/tokens/connect.ts';
import { connectionSecretName } from '../../../../lib/tokens/connection-secret.ts';
import { createMemoryTable, type MemoryTable } from '../../../support/memory-table.ts';
import { createBenchPorts } from './bench-ports.ts';
import { ACCOUNTS, API, answered } from './token-bench.ts';

export const SECRET = connectionSecretName('test', 'demo');
export const CODE = '1000.code.one';
const ORG = { org: [{ company_name: 'Acme' }] };

/** What a visit of this bench comes to when all goes well. */
export const connected = {
  status: 'connected',
  org: { status: 'read', name: 'Acme' },
  scope: 'ZohoCRM.modules.ALL ZohoCRM.org.READ',
  accountsServer: ACCOUNTS,
  closedModules: [],
  missingScopes: [],
};

export const granted = (more: Record<string, unknown> = {}) =>
  answered({
    access_token: '1000.access.one',
    refresh_token: '1000.refresh.one',
    scope: 'ZohoCRM.modules.ALL ZohoCRM.org.READ',
    api_domain: API,
    token_type: 'Bearer',
    expires_in: 3600,
    ...more,
  });

type Call = { url: string; grantType: string | null; body: URLSearchParams };

/** A connect visit among fakes. `answers` decides by what is asked; unset ones answer well. */
export const createConnectBench = () => {
  const { clock, secrets, lines, ports } = createBenchPorts();
  const tables = new Map<string, MemoryTable>();
  const records = createMemoryTable('records', tables);
  const tokens = createMemoryTable('tokens', tables);
  const calls: Call[] = [];
  const answers = {
    exchange: (_call: Call): OutboundAnswer => granted(),
    refresh: (_call: Call): OutboundAnswer => answered({ error: 'invalid_code' }),
    org: (): OutboundAnswer => answered(ORG),
    revoke: (): OutboundAnswer => answered({ status: 'success' }),
  };

  const answerTo = (call: Call): OutboundAnswer => {
    if (call.url.endsWith('/crm/v8/org')) return answers.org();
    if (call.url.endsWith('/revoke')) return answers.revoke();
    return call.grantType === 'authorization_code' ? answers.exchange(call) : answers.refresh(call);
  };
  const send: Send = async (request) => {
    const body = new URLSearchParams(await request.text());
    const call = { url: request.url, grantType: body.get('grant_type'), body };
    calls.push(call);
    await clock.sleep(300);
    return answerTo(call);
  };

  const visitor = (more: Partial<ConnectDeps> = {}) =>
    createConnect({ ...ports, table: tokens as Table, recordsTable: 'records', send, ...more });

  const source = (more: Record<string, unknown> = {}): Source =>
    sourceSchema.parse({
      id: 'demo',
      zoho: { accountsUrl: ACCOUNTS },
      forms: { contact: { module: 'Leads', fields: { Last_Name: 'name' } } },
      ...more,
    });

  return {
    clock,
    records,
    tokens,
    secrets,
    lines,
    calls,
    answers,
    visitor,
    source,
    /** What `leadloop connect` writes. */
    storeClient: () =>
      secrets.put(
        SECRET,
        { clientId: '1000.CLIENT', clientSecret: 'secret', accountsUrl: ACCOUNTS },
        '00000000-0000-4000-8000-000000000000',
      ),
    visit: (code = CODE, of: Source = source(), more: Partial<ConnectDeps> = {}) => clock.run(visitor(more)(of, code)),
    exchanges: () => calls.filter(({ grantType }) => grantType === 'authorization_code'),
    token: () => tokens.get('token#demo'),
    lane: () => records.get('lane#zoho#demo'),
  };
};

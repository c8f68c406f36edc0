import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, startTestSandbox } from './client.ts';

afterEach(closeAll);

const literal = (code: string, message: string, details: object = {}) =>
  JSON.stringify({ code, details, message, status: 'error' });

describe('who calls', () => {
  const refusedAs = async (headers: Record<string, string>) => {
    const { call } = await startTestSandbox();
    const { status, text } = await call('GET', '/crm/v8/org', { headers });
    return [status, text];
  };
  const failure = [401, literal('AUTHENTICATION_FAILURE', 'Authentication failed')];

  test('must say so', async () => expect(await refusedAs({})).toEqual(failure));
  test.each(['Zoho-oauthtoken', 'Bearer 1000.a.b', '1000.a.b', 'Zoho-oauthtoken a b'])(
    'in the right form, not as "%s"',
    async (authorization) => expect(await refusedAs({ authorization })).toEqual(failure),
  );
  test('with a token that is good', async () =>
    expect(await refusedAs({ authorization: 'Zoho-oauthtoken 1000.a.b' })).toEqual([
      401,
      literal('INVALID_TOKEN', 'invalid oauth token'),
    ]));
  test('may write the scheme in capitals', async () => {
    const { connect, call } = await startTestSandbox();
    const { accessToken } = await connect();
    expect(
      (await call('GET', '/crm/v8/org', { headers: { authorization: `ZOHO-OAUTHTOKEN ${accessToken}` } })).status,
    ).toBe(200);
  });
});

describe('scopes', () => {
  const calls: Array<[method: string, path: string]> = [
    ['GET', 'Leads?fields=Email'],
    ['GET', 'Leads/5725767000000524001'],
    ['POST', 'Leads'],
    ['PUT', 'Leads'],
    ['POST', 'Leads/upsert'],
    ['PUT', 'Leads/5725767000000524001'],
    ['GET', 'Contacts?fields=Email'],
    ['GET', 'settings/fields?module=Leads'],
    ['GET', 'settings/modules'],
    ['GET', 'settings/modules/Leads'],
    ['GET', 'org'],
  ];
  const all = calls.map(([method, path]) => `${method} ${path.split('?')[0]}`);
  const leadReads = ['GET Leads', 'GET Leads/5725767000000524001'];
  const leadInserts = ['POST Leads', 'POST Leads/upsert'];
  const leadUpdates = ['PUT Leads', 'PUT Leads/5725767000000524001'];

  test.each<[string, string[]]>([
    ['ZohoCRM.modules.leads', [...leadReads, ...leadInserts, ...leadUpdates]],
    ['ZohoCRM.modules.Leads.READ', leadReads],
    ['ZohoCRM.modules.leads.CREATE', leadInserts],
    ['ZohoCRM.modules.leads.UPDATE', leadUpdates],
    ['ZohoCRM.modules.leads.WRITE', [...leadInserts, ...leadUpdates]],
    ['ZohoCRM.settings.ALL', ['GET settings/fields', 'GET settings/modules', 'GET settings/modules/Leads']],
    ['ZohoCRM.settings.fields.READ', ['GET settings/fields']],
    ['ZohoCRM.org.READ', ['GET org']],
    ['ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ', all],
  ])('%s opens exactly what it names', async (scope, opened) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect(scope);
    const open: string[] = [];
    for (const [method, path] of calls) {
      const { status, text } = await crm(method, path, method === 'GET' ? undefined : { data: [{ Last_Name: 'A' }] });
      if (status !== 401) open.push(`${method} ${path.split('?')[0]}`);
      else expect(text).toBe(literal('OAUTH_SCOPE_MISMATCH', 'Unauthorized'));
    }
    expect(open.sort()).toEqual([...opened].sort());
  });

  test('a misspelt one is refused where the code is made', async () => {
    const { control } = await startTestSandbox();
    const { status, body } = await control('POST', 'codes', { scope: 'ZohoCRM.module.ALL' });
    expect([status, body]).toMatchObject([400, { error: { code: 'invalid_scope' } }]);
  });
});

describe('where they call', () => {
  test.each([
    ['GET', 'Leeds?fields=Email', 0],
    ['POST', 'Leeds/upsert', 0],
    ['GET', 'Leeds/5725767000000524001', 0],
    ['GET', 'settings/fields?module=Leeds', 0],
    ['GET', 'settings/modules/Leeds', 2],
  ])('%s %s: nobody knows the module', async (method, path, index) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect();
    const { status, text } = await crm(method, path, method === 'GET' ? undefined : { data: [{}] });
    expect([status, text]).toEqual([
      400,
      literal('INVALID_MODULE', 'the module name given seems to be invalid', { resource_path_index: index }),
    ]);
  });

  test.each([
    'Leads/search/x',
    'Leads/5725767000000524001/actions/x',
    'Deals/5725767000000524001/actions/convert',
    'Leads/',
    'Leads/upsert/x',
    'coql/x',
    'settings',
    'settings/layouts/1/x',
    'settings/fields/1',
    'settings/modules/Leads/x',
    'org/currencies/x',
    'users/x',
    '',
    '__apis/x',
  ])('%j is no path', async (path) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect();
    for (const method of ['GET', 'POST']) {
      const { status, text } = await crm(method, path, method === 'GET' ? undefined : {});
      expect([status, text]).toEqual([
        404,
        literal('INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one'),
      ]);
    }
  });

  test.each(['/crm/v7/Leads', '/crm', '/oauth', '/nothing'])('%s is no path either', async (path) => {
    const { call } = await startTestSandbox();
    const { status, body } = await call('GET', path);
    expect([status, body.code]).toEqual([404, 'INVALID_URL_PATTERN']);
  });

  test.each([
    ['DELETE', 'Leads'],
    ['GET', 'Leads/upsert'],
    ['PUT', 'Leads/upsert'],
    ['POST', 'Leads/5725767000000524001'],
    ['POST', 'org'],
    ['PUT', 'settings/fields'],
    ['PUT', 'settings/modules/Leads'],
  ])('%s %s: the method is wrong', async (method, path) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect();
    const { status, text } = await crm(method, path, method === 'GET' ? undefined : {});
    expect([status, text]).toEqual([
      400,
      literal('INVALID_REQUEST_METHOD', 'The http request method type is not a valid one'),
    ]);
  });
});

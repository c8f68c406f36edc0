import { describe, expect, test } from '@jest/globals';
import type { CallerAction } from '../../../../infra/local/test-mode/test-mode.ts';
import { judgeRoles } from '../../../../infra/tools/judge-roles.ts';
import { type Grant, roleGrants } from '../../../../infra/tools/role-grants.ts';
import { SOURCE_STAGE, sourceTemplate } from '../../../../infra/tools/source-template.ts';
import { unseenActions } from '../../../../infra/tools/unseen-actions.ts';

const grant = (action: string, resource: string): Grant => ({ function: 'dispatch', action, resource });
const seen = (action: string, resource: string, caller = 'dispatch'): CallerAction => ({ caller, action, resource });
const RECORDS = 'leadloop-local-RecordsTable';
const SECRETS = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:leadloop/<stage>';
const fine = { notAllowed: [], neverSeen: [], outlived: [] };

describe('roles against what functions were seen doing', () => {
  test('exactly what is asked for is fine: tables, indexes, secrets, functions', () => {
    const grants = [
      grant('dynamodb:PutItem', '<RecordsTable.Arn>'),
      grant('dynamodb:Query', '<RecordsTable.Arn>/index/work'),
      grant('secretsmanager:GetSecretValue', `${SECRETS}/connections/*`),
      grant('lambda:InvokeFunction', '<DeliverDashleadsLambdaFunction.Arn>'),
    ];
    const actions = [
      seen('dynamodb:PutItem', RECORDS),
      seen('dynamodb:Query', `${RECORDS}/index/work`),
      seen('secretsmanager:GetSecretValue', 'leadloop/local/connections/demo'),
      seen('lambda:InvokeFunction', 'deliver-leads'),
    ];
    expect(judgeRoles(grants, actions, [])).toEqual(fine);
  });

  test.each([
    ['another action', seen('dynamodb:DeleteItem', RECORDS)],
    ['another table', seen('dynamodb:PutItem', 'leadloop-local-TokensTable')],
    ['an index of the table', seen('dynamodb:PutItem', `${RECORDS}/index/work`)],
    ['another function', seen('dynamodb:PutItem', RECORDS, 'submit-lead')],
  ])('%s than those allowed is refused', (_, action) => {
    const grants = [grant('dynamodb:PutItem', '<RecordsTable.Arn>')];
    const judged = judgeRoles(grants, [seen('dynamodb:PutItem', RECORDS), action], []);
    expect(judged.notAllowed).toHaveLength(1);
    expect(judged.notAllowed[0]).toContain(`${action.caller}: ${action.action} on `);
  });

  test('another kind of secret than those allowed is refused', () => {
    const grants = [grant('secretsmanager:GetSecretValue', `${SECRETS}/connections/*`)];
    const { notAllowed } = judgeRoles(
      grants,
      [seen('secretsmanager:GetSecretValue', 'leadloop/local/destinations/demo')],
      [],
    );
    expect(notAllowed).toEqual([`dispatch: secretsmanager:GetSecretValue on ${SECRETS}/destinations/demo-AbCdEf`]);
  });

  test('what is allowed and was never seen is told, for each action and each resource', () => {
    const grants = ['<RecordsTable.Arn>', '<TokensTable.Arn>'].flatMap((table) => [
      grant('dynamodb:PutItem', table),
      grant('dynamodb:GetItem', table),
    ]);
    const { neverSeen } = judgeRoles(grants, [seen('dynamodb:PutItem', RECORDS)], []);
    expect(neverSeen).toEqual([
      'dispatch: dynamodb:GetItem on <RecordsTable.Arn>',
      'dispatch: dynamodb:GetItem on <TokensTable.Arn>',
      'dispatch: dynamodb:PutItem on <TokensTable.Arn>',
    ]);
  });

  test('an exception keeps an action that is never seen, and fails once it is seen or no longer allowed', () => {
    const exceptions = [{ functions: ['dispatch'], actions: ['sqs:SendMessage'], reason: 'because' }];
    const grants = [grant('sqs:SendMessage', '<Queue.Arn>')];
    expect(judgeRoles(grants, [], exceptions)).toEqual(fine);
    expect(judgeRoles([], [], exceptions).outlived).toEqual(['dispatch: sqs:SendMessage']);
    const seenAfterAll = [grant('dynamodb:PutItem', '<RecordsTable.Arn>')];
    const outlived = [{ functions: ['dispatch'], actions: ['dynamodb:PutItem'], reason: 'because' }];
    expect(judgeRoles(seenAfterAll, [seen('dynamodb:PutItem', RECORDS)], outlived).outlived).toEqual([
      'dispatch: dynamodb:PutItem',
    ]);
  });
});

describe('the roles that deploy', () => {
  const grants = roleGrants(sourceTemplate(), SOURCE_STAGE);

  test('are read from their sources, one for each function, no action or table by a wildcard', () => {
    expect([...new Set(grants.map((one) => one.function))].sort()).toEqual([
      'connect-zoho',
      'deliver-events',
      'deliver-leads',
      'dispatch',
      'receive-webhook',
      'submit-lead',
    ]);
    expect(grants).toContainEqual({
      function: 'dispatch',
      action: 'dynamodb:Query',
      resource: '<RecordsTable.Arn>/index/work',
    });
    expect(grants).toContainEqual({
      function: 'deliver-leads',
      action: 'secretsmanager:GetSecretValue',
      resource: `${SECRETS}/connections/*`,
    });
    for (const { action, resource } of grants) {
      expect(action).not.toContain('*');
      if (resource.includes('*')) expect(resource).toMatch(/:log-group:|:secret:leadloop\//);
    }
  });

  test('read the same from a packaged template, whatever its stage', () => {
    const packaged = JSON.parse(JSON.stringify(sourceTemplate()).replaceAll(SOURCE_STAGE, 'prod'));
    expect(roleGrants(packaged, 'prod')).toEqual(grants);
  });

  test('a statement that would be guessed at is an error', () => {
    const template = sourceTemplate();
    const denied = JSON.parse(
      JSON.stringify(template).replace('"Effect":"Allow","Action":["dynamodb', '"Effect":"Deny","Action":["dynamodb'),
    );
    expect(() => roleGrants(denied, SOURCE_STAGE)).toThrow('not understood');
  });

  test('every exception has a reason', () => {
    for (const { reason } of unseenActions) expect(reason.length).toBeGreaterThan(20);
  });
});

import { describe, expect, test } from '@jest/globals';
import { absent } from '../../../../lib/platform/table.ts';
import { useTestMode } from './bench.ts';

const setUp = useTestMode({ seed: 1 });

describe('a fault of AWS that a test asks for', () => {
  test('throttles the table for a function, for nobody else, and until it is ended', async () => {
    const { table, others, mode } = await setUp();
    const fault = mode.faults.add({ service: 'dynamodb', how: 'throttled' });
    for (const refused of [table.get('a'), table.put({ pk: 'a' }), table.query({ index: 'work', partition: 'x' })])
      await expect(refused).rejects.toMatchObject({ code: 'table.throttled' });
    expect(await table.transact([{ put: { pk: 'a' } }, { put: { pk: 'b' } }])).toEqual({ status: 'conflict' });
    expect(await others.get('a')).toBeUndefined();
    expect(fault.hits()).toBe(4);
    fault.end();
    expect(await table.put({ pk: 'a' })).toEqual({ status: 'written' });
  });

  test('meets only what it names: an operation, a table, a function, so many times', async () => {
    const { table, mode } = await setUp('dispatch');
    mode.faults.add({
      service: 'dynamodb',
      how: 'throttled',
      operations: ['Query'],
      resource: 'RecordsTable',
      times: 1,
    });
    mode.faults.add({ service: 'dynamodb', how: 'throttled', caller: 'submit-lead' });
    mode.faults.add({ service: 'dynamodb', how: 'throttled', resource: 'TokensTable' });
    expect(await table.put({ pk: 'a' })).toEqual({ status: 'written' });
    await expect(table.query({ index: 'list', partition: 'x' })).rejects.toMatchObject({ code: 'table.throttled' });
    expect(await table.query({ index: 'list', partition: 'x' })).toEqual({ rows: [] });
    mode.faults.clear();
  });

  test('the client’s own repeats get through a short one', async () => {
    const { repeating, mode } = await setUp();
    const fault = mode.faults.add({ service: 'dynamodb', how: 'throttled', times: 2 });
    expect(await repeating.put({ pk: 'a' })).toEqual({ status: 'written' });
    expect(fault.hits()).toBe(2);
    mode.faults.clear();
  });

  test('makes Secrets Manager unreachable, or answer with an error of its own', async () => {
    const { secrets, mode } = await setUp('deliver-leads');
    await secrets.put('leadloop/local/connections/demo', { a: 'b' }, crypto.randomUUID());
    for (const how of ['unreachable', 'internal_error', 'throttled'] as const) {
      const fault = mode.faults.add({ service: 'secretsmanager', how });
      await expect(secrets.get('leadloop/local/connections/demo')).rejects.toMatchObject({
        code: 'secrets.unreachable',
      });
      fault.end();
    }
    expect((await secrets.get('leadloop/local/connections/demo'))?.value).toEqual({ a: 'b' });
  });

  test('loses the answer to a write that has been done; the repeat is refused by its own value', async () => {
    const { table, repeating, others, mode } = await setUp();
    mode.faults.add({ service: 'dynamodb', how: 'answer_lost', times: 2 });
    await expect(table.put({ pk: 'a', by: 1 })).rejects.toMatchObject({ code: 'table.unreachable' });
    expect(await others.get('a')).toEqual({ pk: 'a', by: 1 });
    expect(await repeating.put({ pk: 'b', by: 2 }, absent('pk'))).toEqual({
      status: 'refused',
      item: { pk: 'b', by: 2 },
    });
    mode.faults.clear();
  });

  test('lets a call hang until it is ended', async () => {
    const { table, others, mode } = await setUp();
    const fault = mode.faults.add({ service: 'dynamodb', how: 'hang', times: 1 });
    let over = false;
    const put = table.put({ pk: 'a' }).finally(() => {
      over = true;
    });
    await Promise.all([
      expect(put).rejects.toMatchObject({ code: 'table.unreachable' }),
      (async () => {
        while (fault.hits() === 0) await new Promise((wake) => setTimeout(wake, 5));
        expect(await others.get('a')).toBeUndefined();
        expect(over).toBe(false);
        fault.end();
      })(),
    ]);
  });
});

describe('what a function asks of AWS', () => {
  test('is seen as the actions its role must allow, a transaction by its parts', async () => {
    const { table, others, secrets, mode, name, tokensName } = await setUp('connect-zoho');
    await others.put({ pk: 'nobody’s' });
    await table.transact([
      { put: { pk: 'a' } },
      { update: 'b', change: { set: { c: 1 } } },
      { table: tokensName, check: 'd', if: absent('pk') },
      { delete: 'e' },
    ]);
    await table.getMany(['a']);
    await table.query({ index: 'person', partition: 'x' });
    await secrets.get('leadloop/local/connections/none');
    const seen = mode.seenActions().filter(({ caller }) => caller === 'connect-zoho');
    expect(seen.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual(
      [
        `dynamodb:PutItem ${name}`,
        `dynamodb:UpdateItem ${name}`,
        `dynamodb:ConditionCheckItem ${tokensName}`,
        `dynamodb:DeleteItem ${name}`,
        `dynamodb:BatchGetItem ${name}`,
        `dynamodb:Query ${name}/index/person`,
        'secretsmanager:GetSecretValue leadloop/local/connections/none',
      ].sort(),
    );
  });
});

import { describe, expect, jest, test } from '@jest/globals';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';
import { createRecordStore } from '../../../../../infra/local/sandbox/crm/record-store.ts';
import { type WriteKind, writeRecords } from '../../../../../infra/local/sandbox/crm/write-records.ts';
import { createIdCounter } from '../../../../../infra/local/sandbox/ids.ts';

const setUp = (name: 'Leads' | 'Contacts' | 'Deals' = 'Leads') => {
  const module = moduleNamed(name);
  const store = createRecordStore(module);
  const ids = createIdCounter();
  const write = (kind: WriteKind, data: unknown[], duplicateCheckFields: string[] = []) =>
    writeRecords(
      { module, store, nextId: ids.next, now: () => 1_800_000_000_000 },
      { kind, data, duplicateCheckFields },
    );
  const idOf = (kind: WriteKind, record: object): string => String(write(kind, [record]).items[0]?.details.id);
  return { store, write, idOf };
};

describe('an upsert', () => {
  test('finds an e-mail whatever its case, and does not trim it', () => {
    const { write, idOf } = setUp();
    const id = idOf('insert', { Last_Name: 'Chan', Email: 'Tai.Man@example.com' });
    const { items } = write('upsert', [{ Last_Name: 'Chan', Email: 'tai.man@EXAMPLE.com' }]);
    expect(items[0]).toMatchObject({ action: 'update', duplicate_field: 'Email', details: { id } });
  });

  test('takes the lowest id when several records match', () => {
    const { write, idOf } = setUp();
    const first = idOf('insert', { Last_Name: 'A', Email: 'a@example.com' });
    idOf('insert', { Last_Name: 'B', Email: 'a@example.com' });
    expect(write('upsert', [{ Last_Name: 'C', Email: 'a@example.com' }]).items[0]).toMatchObject({
      details: { id: first },
    });
  });

  test('names the field that matched, in the order of the check fields', () => {
    const { write, idOf } = setUp();
    const byMail = idOf('insert', { Last_Name: 'A', Email: 'a@example.com' });
    const byNumber = idOf('insert', { Last_Name: 'B', Lead_Number: 7 });
    const record = { Last_Name: 'C', Email: 'a@example.com', Lead_Number: 7 };
    // Matched by e-mail, it would take the other record's number.
    expect(write('upsert', [record], ['Email']).items[0]).toMatchObject({
      code: 'DUPLICATE_DATA',
      details: { api_name: 'Lead_Number', duplicate_record: { id: byNumber } },
    });
    expect(write('upsert', [record], ['External_Key']).items[0]).toMatchObject({
      action: 'update',
      duplicate_field: 'Lead_Number',
      details: { id: byNumber },
    });
    expect(write('upsert', [{ Last_Name: 'D', Email: 'A@example.com' }]).items[0]).toMatchObject({
      duplicate_field: 'Email',
      details: { id: byMail },
    });
  });

  test('leaves e-mail out of the comparison when only unique fields are named', () => {
    const { write, idOf } = setUp();
    idOf('insert', { Last_Name: 'A', Email: 'a@example.com' });
    expect(write('upsert', [{ Last_Name: 'A', Email: 'a@example.com' }], ['External_Key']).items[0]).toMatchObject({
      action: 'insert',
      duplicate_field: null,
    });
  });

  test('without a value to compare, inserts each time', () => {
    const { write, store } = setUp();
    write('upsert', [{ Last_Name: 'A' }], ['Email']);
    write('upsert', [{ Last_Name: 'A' }], ['Email']);
    expect(store.count()).toBe(2);
  });

  test('does not look at converted leads', () => {
    const { write, idOf, store } = setUp();
    const converted = store.get(idOf('insert', { Last_Name: 'A', Email: 'a@example.com', External_Key: 'k' }));
    if (converted) converted.converted = true;
    expect(write('upsert', [{ Last_Name: 'A', Email: 'a@example.com', External_Key: 'k' }]).items[0]).toMatchObject({
      action: 'insert',
    });
  });

  test('of one new person twice in a call makes two leads, and one if a unique field tells', () => {
    const { write, store } = setUp();
    const twice = { Last_Name: 'A', Email: 'a@example.com' };
    expect(write('upsert', [twice, twice]).items.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(store.count()).toBe(2);
    const keyed = { Last_Name: 'B', External_Key: 'K-1' };
    const outcome = write('upsert', [keyed, { ...keyed, External_Key: 'k-1' }]);
    expect(outcome.status).toBe(207);
    expect(outcome.items[1]).toMatchObject({
      code: 'DUPLICATE_DATA',
      details: { api_name: 'External_Key', json_path: '$.data[1].External_Key' },
    });
    expect(store.count()).toBe(3);
  });

  test('finds a record by its new value only, once it was changed', () => {
    const { write, idOf } = setUp();
    const id = idOf('insert', { Last_Name: 'A', Email: 'old@example.com' });
    write('update', [{ id, Email: 'new@example.com' }]);
    expect(write('upsert', [{ Last_Name: 'A', Email: 'old@example.com' }]).items[0]).toMatchObject({
      action: 'insert',
    });
    expect(write('upsert', [{ Last_Name: 'A', Email: 'new@example.com' }]).items[0]).toMatchObject({
      action: 'update',
      details: { id },
    });
  });

  test('matches deals by their name', () => {
    const { write, idOf } = setUp('Deals');
    const id = idOf('insert', { Deal_Name: 'ABC - 2026', Stage: 'Qualification' });
    expect(write('upsert', [{ Deal_Name: 'abc - 2026', Stage: 'Closed Won' }]).items[0]).toMatchObject({
      duplicate_field: 'Deal_Name',
      details: { id },
    });
  });
});

describe('uniqueness', () => {
  test('holds for inserts and updates, without case, and not against the record itself', () => {
    const { write, idOf } = setUp();
    const first = idOf('insert', { Last_Name: 'A', External_Key: 'Key' });
    const second = idOf('insert', { Last_Name: 'B' });
    expect(write('insert', [{ Last_Name: 'C', External_Key: 'KEY' }])).toMatchObject({
      status: 400,
      items: [{ code: 'DUPLICATE_DATA' }],
    });
    expect(write('update', [{ id: second, External_Key: 'key' }]).items[0]).toMatchObject({ code: 'DUPLICATE_DATA' });
    expect(write('update', [{ id: first, External_Key: 'KEY' }]).status).toBe(200);
  });

  test('of two fields is reported together', () => {
    const { write, idOf } = setUp();
    idOf('insert', { Last_Name: 'A', External_Key: 'k' });
    idOf('insert', { Last_Name: 'B', Lead_Number: 1 });
    expect(write('insert', [{ Last_Name: 'C', External_Key: 'k', Lead_Number: 1 }]).items[0]).toMatchObject({
      code: 'MULTIPLE_OR_MULTI_ERRORS',
      details: {
        errors: [
          { code: 'DUPLICATE_DATA', details: { api_name: 'External_Key' } },
          { code: 'DUPLICATE_DATA', details: { api_name: 'Lead_Number' } },
        ],
      },
      message: 'Multiple errors in the request',
    });
  });

  test('does not hold for e-mail, which the demo org has not marked unique', () => {
    const { write, store } = setUp();
    write('insert', [
      { Last_Name: 'A', Email: 'a@example.com' },
      { Last_Name: 'B', Email: 'a@example.com' },
    ]);
    expect(store.count()).toBe(2);
  });
});

test('a deal follows its stage: probability, pipeline, and what may be written', () => {
  const { write, idOf, store } = setUp('Deals');
  const id = idOf('insert', { Deal_Name: 'A', Stage: 'Id. Decision Makers', Amount: 500 });
  expect(store.get(id)?.values).toMatchObject({ Probability: 60, Pipeline: 'Standard (Standard)' });
  write('update', [{ id, Stage: 'Closed Won' }]);
  expect(store.get(id)?.values).toMatchObject({ Probability: 100 });
  expect(write('update', [{ id, Stage: 'Identify Decision Makers' }]).items[0]).toMatchObject({
    code: 'MAPPING_MISMATCH',
    details: { api_name: 'Stage' },
  });
  expect(write('update', [{ id, Probability: 101 }]).items[0]).toMatchObject({
    code: 'INVALID_DATA',
    message: 'Given Probability is not valid',
  });
});

test('records are found among any number of others without going through them', () => {
  const { store, write } = setUp();
  const batch = (round: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      Last_Name: 'L',
      Email: `p${round}-${index}@example.com`,
      External_Key: `k${round}-${index}`,
    }));
  for (let round = 0; round < 20; round += 1) write('upsert', batch(round));
  const throughAll = jest.spyOn(store, 'all');
  const found = write('upsert', batch(7)).items.filter((item) => 'action' in item && item.action === 'update');
  expect(found).toHaveLength(100);
  expect(throughAll).not.toHaveBeenCalled();
});

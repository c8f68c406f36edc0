import { expect, test } from '@jest/globals';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';
import { createRecordStore } from '../../../../../infra/local/sandbox/crm/record-store.ts';
import { createSearchIndex } from '../../../../../infra/local/sandbox/crm/search-index.ts';

const setUp = (lagSeconds = 5) => {
  let nowMs = 0;
  let lagMs = lagSeconds * 1_000;
  const index = createSearchIndex(
    () => nowMs,
    () => lagMs,
  );
  const store = createRecordStore(moduleNamed('Leads'), [], index);
  return {
    store,
    add: (id: string, City: string) =>
      store.add({ id, createdAtMs: nowMs, modifiedAtMs: nowMs, converted: false, values: { City } }),
    move: (id: string, City: string) => {
      const record = store.get(id);
      if (record) store.change(record, { City }, nowMs);
    },
    seen: () => store.indexed().map(({ id, values }) => `${id} ${String(values.City)}`),
    pass: (seconds: number) => {
      nowMs += seconds * 1_000;
    },
    lag: (seconds: number) => {
      lagMs = seconds * 1_000;
    },
  };
};

test('a new record is found once the lag has passed', () => {
  const { add, seen, pass, store } = setUp();
  add('1', 'Central');
  expect([seen(), store.count()]).toEqual([[], 1]);
  pass(5);
  expect(seen()).toEqual(['1 Central']);
});

test('each change shows after its own lag, in the meantime what was there before', () => {
  const { add, move, seen, pass } = setUp();
  add('1', 'Central');
  pass(2);
  move('1', 'Kowloon');
  pass(2);
  move('1', 'Sha Tin');
  expect(seen()).toEqual([]);
  pass(1);
  expect(seen()).toEqual(['1 Central']);
  pass(2);
  expect(seen()).toEqual(['1 Kowloon']);
  pass(2);
  expect(seen()).toEqual(['1 Sha Tin']);
});

test('without a lag everything shows at once, and what was written under one keeps it', () => {
  const { add, seen, lag, pass } = setUp(0);
  add('1', 'Central');
  lag(5);
  add('2', 'Kowloon');
  lag(0);
  add('3', 'Sha Tin');
  expect(seen()).toEqual(['1 Central', '3 Sha Tin']);
  pass(5);
  expect(seen()).toHaveLength(3);
});

test('a reset forgets it all', () => {
  const { add, seen, store, lag } = setUp();
  add('1', 'Central');
  store.clear();
  lag(0);
  add('1', 'Kowloon');
  expect(seen()).toEqual(['1 Kowloon']);
});

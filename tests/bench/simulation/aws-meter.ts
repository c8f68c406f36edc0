import type { FunctionName } from '../../support/faults/functions.ts';

export type TableOperation = 'get' | 'getMany' | 'put' | 'update' | 'delete' | 'transact' | 'query';
export type Usage = { invocations: number; seconds: number };

/** What AWS would bill, counted while a simulation runs. */
export const createAwsMeter = () => {
  const operations = new Map<TableOperation, number>();
  const functions = new Map<FunctionName, Usage>();
  let readUnits = 0;
  let writeUnits = 0;

  return {
    table: (operation: TableOperation, units: { read?: number; write?: number }): void => {
      operations.set(operation, (operations.get(operation) ?? 0) + 1);
      readUnits += units.read ?? 0;
      writeUnits += units.write ?? 0;
    },
    invoked: (name: FunctionName, durationMs: number): void => {
      const { invocations, seconds } = functions.get(name) ?? { invocations: 0, seconds: 0 };
      functions.set(name, { invocations: invocations + 1, seconds: seconds + durationMs / 1000 });
    },
    report: () => ({
      operations: Object.fromEntries(operations) as Partial<Record<TableOperation, number>>,
      functions: Object.fromEntries(functions) as Partial<Record<FunctionName, Usage>>,
      readUnits,
      writeUnits,
    }),
    clear: (): void => {
      operations.clear();
      functions.clear();
      readUnits = 0;
      writeUnits = 0;
    },
  };
};
export type AwsMeter = ReturnType<typeof createAwsMeter>;
export type AwsUse = ReturnType<AwsMeter['report']>;

import { assumptions, prices } from '../prices.ts';
import type { AwsUse } from '../simulation/aws-meter.ts';

export type CostLine = { what: string; perMillion: number };
export type Cost = {
  /** Requests to the table, by kind, and units, for one lead or event. */
  tableRequests: number;
  writeUnits: number;
  readUnits: number;
  invocations: number;
  lambdaSeconds: number;
  lines: CostLine[];
  dollarsPerMillion: number;
};

const MILLION = 1e6;

/**
 * What a million of these come to: operations as counted × prices.
 * @param count how many leads or events `use` was counted over
 */
export const costOf = (use: AwsUse, count: number, { storedMonths }: { storedMonths: number }): Cost => {
  const functions = Object.entries(use.functions).map(([name, { invocations, seconds }]) => {
    const billed = seconds + (invocations * assumptions.processorMsPerInvocation) / 1000;
    const memoryGb = assumptions.memoryGb[name] ?? assumptions.memoryGbOfOthers;
    return { invocations, seconds: billed, gbSeconds: billed * memoryGb };
  });
  const total = (of: 'invocations' | 'seconds' | 'gbSeconds'): number =>
    functions.reduce((sum, one) => sum + one[of], 0);
  const each = (amount: number): number => (amount / count) * MILLION;
  const lambda = each(total('invocations')) * prices.lambdaRequests + each(total('gbSeconds')) * prices.lambdaGbSeconds;
  const storedGb = (MILLION * assumptions.storedBytesPerLead) / 2 ** 30;
  const lines = [
    { what: 'table writes', perMillion: each(use.writeUnits) * prices.tableWriteUnits },
    { what: 'table reads', perMillion: each(use.readUnits) * prices.tableReadUnits },
    { what: 'HTTP API', perMillion: MILLION * prices.httpApiRequests },
    { what: 'Lambda', perMillion: lambda },
    { what: 'logs', perMillion: ((MILLION * assumptions.logBytesPerLead) / 2 ** 30) * prices.logGb },
    { what: 'storage', perMillion: storedGb * storedMonths * prices.storageGbMonth },
  ];
  const requests = Object.values(use.operations).reduce((sum, one) => sum + one, 0);
  return {
    tableRequests: requests / count,
    writeUnits: use.writeUnits / count,
    readUnits: use.readUnits / count,
    invocations: total('invocations') / count,
    lambdaSeconds: total('seconds') / count,
    lines,
    dollarsPerMillion: lines.reduce((sum, { perMillion }) => sum + perMillion, 0),
  };
};

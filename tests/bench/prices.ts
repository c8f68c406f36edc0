/**
 * What AWS asks, in US dollars: us-east-1, on demand, without free tier, the prices `docs/operating.md` reckons with.
 * Elsewhere up to a quarter more.
 */
export const prices = {
  asOf: '2026-11-26',
  tableWriteUnits: 0.625 / 1e6,
  tableReadUnits: 0.125 / 1e6,
  httpApiRequests: 1.0 / 1e6,
  lambdaRequests: 0.2 / 1e6,
  /** arm64. */
  lambdaGbSeconds: 0.0000133334,
  logGb: 0.5,
  /** A month, with point-in-time recovery. */
  storageGbMonth: 0.45,
} as const;

/** What is not counted by the simulation and has to be assumed. */
export const assumptions = {
  /** As `serverless.yml` says; what nobody waits for has half. */
  memoryGb: { 'submit-lead': 1, 'receive-webhook': 1, 'connect-zoho': 1 } as Partial<Record<string, number>>,
  memoryGbOfOthers: 0.5,
  /** Work of the processor in each invocation, beside its waits, which are counted. */
  processorMsPerInvocation: 10,
  logBytesPerLead: 1_200,
  storedBytesPerLead: 2_500,
  storedMonths: 3,
  storedMonthsPerEvent: 13,
} as const;

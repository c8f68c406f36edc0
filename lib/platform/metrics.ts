import type { Now } from './clock.ts';

/** Metrics of all stages share it; the stage is a dimension. */
export const METRIC_NAMESPACE = 'leadloop';

/** A source is never one: each value of a dimension is billed as a metric of its own. */
export type MetricDimensions = { kind?: 'submission' | 'delivery'; destinationType?: string; outcome?: string };

type Definition = { unit: 'Count' | 'Milliseconds'; by: ReadonlyArray<keyof MetricDimensions> };

/** Every metric there is. Each is kept per stage, which is what alarms look at, and per stage and `by`. */
export const metricDefinitions = {
  /** One each minute; none at all is the alarm. */
  DispatchHeartbeat: { unit: 'Count', by: [] },
  /** How long the oldest due item of any lane has been waiting; 0 when none is. */
  OldestDueAgeMs: { unit: 'Milliseconds', by: [] },
  /** A lane stopped because its receiver refused the connection. */
  LaneParked: { unit: 'Count', by: ['kind'] },
  /** A lane waits because its receiver's allowance of API credits is used up. */
  LaneOutOfCredits: { unit: 'Count', by: ['kind'] },
  /** Calls to receivers, by what became of the whole call. */
  LaneCalls: { unit: 'Count', by: ['kind', 'destinationType', 'outcome'] },
  ItemsDelivered: { unit: 'Count', by: ['kind', 'destinationType'] },
  /** Refused as they are; wait for a person. */
  ItemsRejected: { unit: 'Count', by: ['kind', 'destinationType'] },
  /** Used up their schedule, or killed their workers; wait for a person. */
  ItemsDead: { unit: 'Count', by: ['kind', 'destinationType'] },
  /** May have been sent and must not be sent twice; wait for a person. */
  ItemsUnclear: { unit: 'Count', by: ['kind', 'destinationType'] },
} as const satisfies Record<string, Definition>;
export type MetricName = keyof typeof metricDefinitions;

/** Counts and durations of one moment. Values are absolute: two lines with 1 are a sum of 2. */
export type Metrics = (values: Partial<Record<MetricName, number>>, dimensions?: MetricDimensions) => void;

/**
 * Metrics in CloudWatch's embedded metric format: one JSON object a line in the function's log, which CloudWatch turns
 * into metrics without a call of ours.
 */
export const createMetrics =
  (write: (line: string) => void, now: Now, stage: string): Metrics =>
  (values, dimensions = {}) => {
    const nowMs = now();
    const given: Record<string, string | undefined> = dimensions;
    const metrics = (Object.keys(metricDefinitions) as MetricName[]).filter((name) => values[name] !== undefined);
    if (metrics.length === 0) return;
    const directives = metrics.map((name) => {
      const { unit, by }: Definition = metricDefinitions[name];
      const known = by.filter((dimension) => given[dimension] !== undefined);
      return {
        Namespace: METRIC_NAMESPACE,
        Dimensions: known.length === 0 ? [['stage']] : [['stage'], ['stage', ...known]],
        Metrics: [{ Name: name, Unit: unit }],
      };
    });
    write(
      JSON.stringify({
        _aws: { Timestamp: nowMs, CloudWatchMetrics: directives },
        time: new Date(nowMs).toISOString(),
        level: 'info',
        message: 'metrics',
        stage,
        ...dimensions,
        ...values,
      }),
    );
  };

/** Where nobody counts, as in most tests. */
export const noMetrics: Metrics = () => undefined;

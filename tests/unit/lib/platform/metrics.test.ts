import { describe, expect, test } from '@jest/globals';
import { createMetrics, METRIC_NAMESPACE, metricDefinitions } from '../../../../lib/platform/metrics.ts';

const NOW = Date.parse('2026-11-21T09:30:00.000Z');

const setUp = () => {
  const lines: string[] = [];
  const metrics = createMetrics(
    (line) => void lines.push(line),
    () => NOW,
    'prod',
  );
  return { metrics, lines, only: () => JSON.parse(lines[0] ?? '{}') };
};

describe('metrics', () => {
  test('one moment is one line in the embedded metric format, with the stage as dimension', () => {
    const { metrics, lines, only } = setUp();
    metrics({ DispatchHeartbeat: 1, OldestDueAgeMs: 0 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(only()).toEqual({
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: METRIC_NAMESPACE,
            Dimensions: [['stage']],
            Metrics: [{ Name: 'DispatchHeartbeat', Unit: 'Count' }],
          },
          {
            Namespace: METRIC_NAMESPACE,
            Dimensions: [['stage']],
            Metrics: [{ Name: 'OldestDueAgeMs', Unit: 'Milliseconds' }],
          },
        ],
      },
      time: '2026-11-21T09:30:00.000Z',
      level: 'info',
      message: 'metrics',
      stage: 'prod',
      DispatchHeartbeat: 1,
      OldestDueAgeMs: 0,
    });
  });

  test('each metric is kept for the whole stage and by the dimensions that are its own and known', () => {
    const { metrics, only } = setUp();
    metrics({ LaneCalls: 1, ItemsDead: 2 }, { kind: 'submission', outcome: 'answered' });
    const line = only();
    const dimensionsOf = (name: string) =>
      line._aws.CloudWatchMetrics.find((directive: { Metrics: Array<{ Name: string }> }) =>
        directive.Metrics.some((metric) => metric.Name === name),
      ).Dimensions;
    expect(dimensionsOf('LaneCalls')).toEqual([['stage'], ['stage', 'kind', 'outcome']]);
    expect(dimensionsOf('ItemsDead')).toEqual([['stage'], ['stage', 'kind']]);
    // CloudWatch drops a metric whose dimension is not in the line.
    for (const name of ['stage', 'kind', 'outcome']) expect(line[name]).toEqual(expect.any(String));
  });

  test('nothing to count writes nothing', () => {
    const { metrics, lines } = setUp();
    metrics({});
    metrics({}, { kind: 'delivery' });
    expect(lines).toEqual([]);
  });

  test('no metric is kept by source, connection or anything else that grows with clients', () => {
    const used = new Set(Object.values(metricDefinitions).flatMap(({ by }): string[] => [...by]));
    expect([...used].sort()).toEqual(['destinationType', 'kind', 'outcome']);
  });
});

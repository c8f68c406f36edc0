import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { readService } from '../../../../infra/local/service.ts';
import { METRIC_NAMESPACE, metricDefinitions } from '../../../../lib/platform/metrics.ts';

const root = resolve(import.meta.dirname, '../../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const alarmsFile = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.literal('AWS::CloudWatch::Alarm'),
      Properties: z.object({
        AlarmName: z.string(),
        AlarmDescription: z.string(),
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
        TreatMissingData: z.string(),
        AlarmActions: z.unknown(),
      }),
    }),
  ),
});
const alarms = Object.values(alarmsFile.parse(parse(read('infra/alarms.yml'))).Resources).map(
  ({ Properties }) => Properties,
);
const ours = alarms.filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);

describe('the alarms', () => {
  test('listen to metrics that the code writes, by the one dimension each is kept under as a whole', () => {
    expect(ours.map(({ MetricName }) => MetricName).sort()).toEqual([
      'DispatchHeartbeat',
      'ItemsDead',
      'LaneOutOfCredits',
      'LaneParked',
      'OldestDueAgeMs',
    ]);
    for (const { MetricName, Dimensions } of ours) {
      expect(Object.keys(metricDefinitions)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: 'stage', Value: '${sls:stage}' }]);
    }
  });

  test('listen to what AWS counts as well: the on-failure queue and the stream’s lag', () => {
    const others = alarms.filter(
      ({ Namespace, MetricName }) => Namespace !== METRIC_NAMESPACE && MetricName !== 'Errors',
    );
    expect(others.map(({ Namespace, MetricName, Dimensions }) => ({ Namespace, MetricName, Dimensions }))).toEqual([
      {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['LostBellsQueue', 'QueueName'] } }],
      },
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'IteratorAge',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'DispatchLambdaFunction' } }],
      },
    ]);
  });

  test('every function has one for its errors', () => {
    const watched = alarms
      .filter(({ Namespace, MetricName }) => Namespace === 'AWS/Lambda' && MetricName === 'Errors')
      .map(({ AlarmName }) => AlarmName.replace('${self:service}-${sls:stage}-', '').replace('-errors', ''));
    expect(watched.sort()).toEqual(
      readService()
        .functions.map(({ name }) => name)
        .sort(),
    );
  });

  test('silence is alarming for the heartbeat and for nothing else', () => {
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(silent.map(({ MetricName }) => MetricName)).toEqual(['DispatchHeartbeat']);
  });

  test('all go to the topic when there is one', () => {
    for (const { AlarmActions } of alarms)
      expect(AlarmActions).toEqual({
        'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], { Ref: 'AWS::NoValue' }],
      });
  });

  test('each says what has happened and names a chapter of docs/operating.md that is there', () => {
    const chapters = [...read('docs/operating.md').matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    const named = alarms.map(({ AlarmDescription }) => /See docs\/operating\.md, (.+)\.$/.exec(AlarmDescription)?.[1]);
    expect(new Set(named)).toEqual(new Set(chapters));
  });
});

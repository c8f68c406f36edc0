import type { UnseenAction } from './judge-roles.ts';

const FUNCTIONS = ['submit-lead', 'connect-zoho', 'receive-webhook', 'dispatch', 'deliver-leads', 'deliver-events'];

/** What roles allow although no test sees it asked for, each with its reason. */
export const unseenActions: UnseenAction[] = [
  {
    functions: FUNCTIONS,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason: "Lambda writes the log with the function's role; on one machine what is printed is the log.",
  },
  {
    functions: ['dispatch'],
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    reason: "Lambda reads the stream with the function's role; on one machine the stream poller does, without one.",
  },
  {
    functions: ['dispatch'],
    actions: ['sqs:SendMessage'],
    reason:
      "Lambda tells the on-failure queue of lost batches with the function's role; on one machine a log line does.",
  },
];

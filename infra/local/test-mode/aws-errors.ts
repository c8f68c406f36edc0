import type { AwsAnswer, AwsCall } from './aws-call.ts';

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810';

const refuse = (call: AwsCall, status: number, body: Record<string, unknown>): AwsAnswer => ({
  status,
  headers: {
    'content-type': call.service === 'dynamodb' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
  },
  body: Buffer.from(JSON.stringify(body)),
});

/** How many writes a transaction holds; 0 for every other operation. */
const writesIn = ({ operation, input }: AwsCall): number =>
  operation === 'TransactWriteItems' && Array.isArray(input.TransactItems) ? input.TransactItems.length : 0;

const cancelled = (call: AwsCall, reasons: Array<{ Code: string; Message?: string }>): AwsAnswer =>
  refuse(call, 400, {
    __type: `${NAMESPACE}#TransactionCanceledException`,
    CancellationReasons: reasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
  });

/** DynamoDB's answer to a write on an item that a transaction under way holds. No emulator ever gives it. */
export const conflict = (call: AwsCall, isHeld: (index: number) => boolean): AwsAnswer => {
  const Message = 'Transaction is ongoing for the item';
  const count = writesIn(call);
  if (count === 0) return refuse(call, 400, { __type: `${NAMESPACE}#TransactionConflictException`, message: Message });
  const reasons = Array.from({ length: count }, (_, index) =>
    isHeld(index) ? { Code: 'TransactionConflict', Message } : { Code: 'None' },
  );
  return cancelled(call, reasons);
};

/** A service that takes no more calls for the moment, in its own words. */
export const throttled = (call: AwsCall): AwsAnswer => {
  const message =
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.';
  const count = writesIn(call);
  if (count > 0)
    return cancelled(
      call,
      Array.from({ length: count }, (_, index) =>
        index === 0 ? { Code: 'ThrottlingError', Message: message } : { Code: 'None' },
      ),
    );
  switch (call.service) {
    case 'dynamodb':
      return refuse(call, 400, { __type: 'com.amazon.coral.availability#ThrottlingException', message });
    case 'secretsmanager':
      return refuse(call, 400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
    case 'lambda':
      return {
        status: 429,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'TooManyRequestsException' },
        body: Buffer.from(
          JSON.stringify({ Type: 'User', message: 'Rate Exceeded.', Reason: 'CallerRateLimitExceeded' }),
        ),
      };
  }
};

/** A service that fails on its side. */
export const internalError = (call: AwsCall): AwsAnswer => {
  const name = {
    dynamodb: `${NAMESPACE}#InternalServerError`,
    secretsmanager: 'InternalServiceError',
    lambda: 'ServiceException',
  };
  return refuse(call, 500, { __type: name[call.service], message: 'Internal server error' });
};

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsTimeouts } from './aws-timeouts.ts';
import { PlatformError } from './errors.ts';
import type { Invoke } from './invoke.ts';

/** Asynchronous Invoke over Lambda's API. One attempt more than none: a lost start is found by the minute's tick. */
export const createInvoke =
  (client: LambdaClient = new LambdaClient({ maxAttempts: 2, requestHandler: awsTimeouts() })): Invoke =>
  async (functionName, payload) => {
    try {
      await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(payload)),
        }),
      );
    } catch (error) {
      throw new PlatformError('invoke.failed', 'Lambda did not take the invocation.', { cause: error });
    }
  };

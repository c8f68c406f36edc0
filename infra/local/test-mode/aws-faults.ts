import { setTimeout as wait } from 'node:timers/promises';
import { actionsOf } from './actions-of.ts';
import type { AwsAnswer, AwsCall, AwsService, Handle, Middleware } from './aws-call.ts';
import { conflict, internalError, throttled } from './aws-errors.ts';

export type AwsFault = {
  service: AwsService;
  /**
   * `throttled`, `conflict` (writes only), `internal_error`: the service's own refusal, nothing is done. `unreachable`:
   * the connection breaks before the service has seen the call. `answer_lost`: it breaks after the service has done what
   * was asked. `hang`: no answer while the fault stands, then `unreachable`.
   */
  how: 'throttled' | 'conflict' | 'internal_error' | 'unreachable' | 'answer_lost' | 'hang';
  /** @default every one */
  operations?: string[];
  /** The function that meets it. @default each; a test's own calls and the CLI's never do */
  caller?: string;
  /** Part of the name of a table (`RecordsTable`, `RecordsTable/index/work`), secret or function. @default any */
  resource?: string;
  /** How many calls meet it. @default all until it is ended */
  times?: number;
  /** Share of the calls, 0 to 1. @default 1 */
  rate?: number;
};

export type StandingFault = {
  /** Calls that have met it so far. */
  hits: () => number;
  end: () => void;
};

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];

const meets = (fault: AwsFault, call: AwsCall): boolean =>
  call.caller !== undefined &&
  call.service === fault.service &&
  (fault.how !== 'conflict' || WRITES.includes(call.operation)) &&
  (fault.operations === undefined || fault.operations.includes(call.operation)) &&
  (fault.caller === undefined || fault.caller === call.caller) &&
  (fault.resource === undefined || actionsOf(call).some(({ resource }) => resource.includes(fault.resource ?? '')));

/** Faults of AWS that a test switches on and off. */
export const createAwsFaults = (random: () => number) => {
  type Standing = { fault: AwsFault; left: number; hits: number; ended: Promise<void>; end: () => void };
  let standing: Standing[] = [];

  const add = (fault: AwsFault): StandingFault => {
    let open: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      open = resolve;
    });
    const one: Standing = {
      fault,
      left: fault.times ?? Number.POSITIVE_INFINITY,
      hits: 0,
      ended,
      end: () => {
        standing = standing.filter((other) => other !== one);
        open();
      },
    };
    standing.push(one);
    return { hits: () => one.hits, end: one.end };
  };

  const suffer = async ({ fault, ended }: Standing, call: AwsCall, next: Handle): Promise<AwsAnswer> => {
    switch (fault.how) {
      case 'throttled':
        return throttled(call);
      case 'conflict':
        return conflict(call, (index) => index === 0);
      case 'internal_error':
        return internalError(call);
      case 'unreachable':
        return 'cut';
      case 'answer_lost':
        await next(call);
        return 'cut';
      case 'hang':
        await Promise.race([ended, wait(60_000, undefined, { ref: false })]);
        return 'cut';
    }
  };

  const middleware: Middleware = (next) => (call) => {
    const met = standing.find(({ fault, left }) => left > 0 && meets(fault, call) && random() < (fault.rate ?? 1));
    if (met === undefined) return next(call);
    met.hits += 1;
    met.left -= 1;
    return suffer(met, call, next);
  };

  return {
    add,
    /** Ends every fault, so that no test leaves one to the next. */
    clear: (): void => {
      for (const { end } of [...standing]) end();
    },
    middleware,
  };
};
export type AwsFaults = ReturnType<typeof createAwsFaults>;

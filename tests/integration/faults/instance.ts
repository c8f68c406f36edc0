import { createSend, type OutboundAnswer, type Send } from '../../../lib/platform/outbound.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import type { Change, Table, Write } from '../../../lib/platform/table.ts';
import type { IoClock } from '../../support/io-clock.ts';

/** How long a receiver that hangs is really waited for; the rest of the deadline passes in virtual time. */
const REAL_HANG_MS = 300;

/** Moments at which something may happen to an instance. */
export type Moments = {
  /** Items are claimed, by their keys; nothing has been sent. */
  claimed?: (pks: string[]) => void;
  /** The receiver has had the request and has answered, or has not; nothing of it is written down. */
  sent?: (answer: OutboundAnswer) => void;
};

const claims = (change: Change | undefined): boolean => change?.set?.state === 'sending';
const claimedBy = (write: Write): string[] => ('update' in write && claims(write.change) ? [write.update] : []);

/**
 * One instance of a function: its own clock, and its own standing still. A frozen one gets no answer from anybody, and
 * its timers do not run; one that is never thawed has died.
 */
export const createInstance = ({
  clock,
  send: real,
  moments = {},
  aheadMs = 0,
}: {
  clock: IoClock;
  send: Send;
  moments?: Moments;
  aheadMs?: number;
}) => {
  let ahead = aheadMs;
  let frozen: Promise<void> | undefined;
  let thaw: () => void = () => undefined;

  /** What comes back from outside reaches a frozen instance only when it wakes up. */
  const through = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await clock.track(work);
    } finally {
      await frozen;
    }
  };

  const table = (of: Table): Table => ({
    name: of.name,
    get: (pk) => through(of.get(pk)),
    getMany: (pks) => through(of.getMany(pks)),
    put: (item, condition) => through(of.put(item, condition)),
    delete: (pk, condition) => through(of.delete(pk, condition)),
    query: (query) => through(of.query(query)),
    update: async (pk, change, condition) => {
      const outcome = await clock.track(of.update(pk, change, condition));
      if (claims(change)) moments.claimed?.([pk]);
      return through(Promise.resolve(outcome));
    },
    transact: async (writes) => {
      const outcome = await clock.track(of.transact(writes));
      const pks = writes.flatMap(claimedBy);
      if (pks.length > 0) moments.claimed?.(pks);
      return through(Promise.resolve(outcome));
    },
  });

  const secrets = (of: SecretStore): SecretStore => ({
    get: (name, versionId) => through(of.get(name, versionId)),
    put: (name, value, versionId) => through(of.put(name, value, versionId)),
  });

  const send: Send = async (request, { deadlineMs }) => {
    const startedAtMs = clock.now();
    const answer = await clock.track(real(request, { deadlineMs: Math.min(deadlineMs, REAL_HANG_MS) }));
    if (answer.status === 'failed' && answer.code === 'timeout')
      await clock.sleep(startedAtMs + deadlineMs - clock.now());
    moments.sent?.(answer);
    return through(Promise.resolve(answer));
  };

  return {
    table,
    secrets,
    send,
    now: () => clock.now() + ahead,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await clock.sleep(ms, signal);
      await frozen;
    },
    /** Its clock is set, forwards or backwards. */
    jump: (ms: number) => {
      ahead += ms;
    },
    freeze: () => {
      frozen ??= new Promise((resolve) => {
        thaw = resolve;
      });
    },
    thaw: () => {
      frozen = undefined;
      thaw();
    },
    isFrozen: () => frozen !== undefined,
  };
};
export type Instance = ReturnType<typeof createInstance>;

export const sendAnywhere = createSend(fetch, () => true);

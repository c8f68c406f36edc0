import type { Sleep } from '../../../lib/platform/clock.ts';
import type { Send } from '../../../lib/platform/outbound.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import type { Table, Write } from '../../../lib/platform/table.ts';

/** Before a port acts, or after it acted but before its answer is seen. */
export type Phase = 'before' | 'after';
/** What befalls a process at a crash point. */
export type Fate = 'lives' | 'dies' | { frozenMs: number };
/** Asked at every crash point. A name says which function, which port, what it is about, and the phase. */
export type Doom = (point: string) => Fate;

type Clock = { now: () => number; sleep: Sleep };

const never = new Promise<never>(() => undefined);

const kindOf = (pk: string): string => pk.split('#', 1)[0] ?? '';
const keyOf = (write: Write): string =>
  'put' in write ? write.put.pk : 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;
const kindsOf = (pks: string[]): string => [...new Set(pks.map(kindOf))].sort().join('+');

/**
 * One process as a Lambda's: everything it does to the world goes through ports, and each port call is a crash point
 * on either side. Once dead nothing of it runs: its promises never settle and its port calls are swallowed. Frozen, all
 * of it stands still, while time goes on.
 * @param skewMs how far its clock is off
 */
export const createProcess = ({
  name,
  clock,
  doom,
  skewMs = 0,
  onDeath,
}: {
  name: string;
  clock: Clock;
  doom: Doom;
  skewMs?: number;
  onDeath: () => void;
}) => {
  let isDead = false;
  let frozenUntilMs = 0;

  const die = (): void => {
    if (isDead) return;
    isDead = true;
    onDeath();
  };

  const thaw = async (): Promise<void> => {
    while (!isDead && clock.now() < frozenUntilMs) await clock.sleep(frozenUntilMs - clock.now());
  };

  /** What comes of this point; resolves when the process goes on, and never when it does not. */
  const pass = async (point: string, phase: Phase, mayFreeze: boolean): Promise<void> => {
    if (isDead) return never;
    const fate = doom(`${name} ${point} ${phase}`);
    if (fate === 'dies') die();
    else if (fate !== 'lives' && mayFreeze) frozenUntilMs = Math.max(frozenUntilMs, clock.now() + fate.frozenMs);
    if (mayFreeze) await thaw();
    if (isDead) return never;
  };

  /** Nobody can protect a call against a freeze between the last look at the clock and the socket. */
  const guard = async <Result>(point: string, act: () => Promise<Result>, mayFreezeBefore = true): Promise<Result> => {
    await pass(point, 'before', mayFreezeBefore);
    const [acted] = await Promise.allSettled([act()]);
    await pass(point, 'after', true);
    if (acted.status === 'rejected') throw acted.reason;
    return acted.value;
  };

  const sleep: Sleep = (ms, signal) => guard('sleep', () => clock.sleep(ms, signal));

  const table = (label: string, inner: Table): Table => ({
    name: inner.name,
    get: (pk) => guard(`${label}.get ${kindOf(pk)}`, () => inner.get(pk)),
    // Of no keys nothing is asked.
    getMany: async (pks) =>
      pks.length === 0 ? [] : guard(`${label}.getMany ${kindsOf(pks)}`, () => inner.getMany(pks)),
    put: (item, condition) => guard(`${label}.put ${kindOf(item.pk)}`, () => inner.put(item, condition)),
    update: (pk, change, condition) =>
      guard(`${label}.update ${kindOf(pk)}`, () => inner.update(pk, change, condition)),
    delete: (pk, condition) => guard(`${label}.delete ${kindOf(pk)}`, () => inner.delete(pk, condition)),
    transact: (writes) => guard(`${label}.transact ${kindsOf(writes.map(keyOf))}`, () => inner.transact(writes)),
    query: (query) => guard(`${label}.query ${query.index}`, () => inner.query(query)),
  });

  const secrets = (inner: SecretStore): SecretStore => ({
    get: (secret, versionId) =>
      guard(`secrets.get ${versionId === undefined ? 'current' : 'version'}`, () => inner.get(secret, versionId)),
    put: (secret, value, versionId) => guard('secrets.put', () => inner.put(secret, value, versionId)),
  });

  return {
    isDead: () => isDead,
    isFrozen: () => !isDead && clock.now() < frozenUntilMs,
    die,
    /** What a function gets for its ports. */
    ports: {
      now: () => clock.now() + skewMs,
      sleep,
      table,
      secrets,
      send:
        (inner: Send): Send =>
        (request, options) =>
          guard(`send ${pathOf(request)}`, () => inner(request, options), false),
      startWorker: (inner: (lane: string) => Promise<void>) => (lane: string) =>
        guard(`startWorker ${kindOf(lane)}`, () => inner(lane)),
    },
  };
};
export type SimulatedProcess = ReturnType<typeof createProcess>;

/** The path without what is different each time. */
const pathOf = (request: Request): string =>
  new URL(request.url).pathname.replace(/\/hooks\/.*/, '/hooks').replace(/\/\d{10,}/g, '/id');

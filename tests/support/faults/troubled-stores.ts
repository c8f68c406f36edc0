import type { Sleep } from '../../../lib/platform/clock.ts';
import { PlatformError } from '../../../lib/platform/errors.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import type { Table } from '../../../lib/platform/table.ts';
import type { Noise } from './noise.ts';
import type { Troubles } from './troubles.ts';

type Deps = { troubles: Troubles; noise: Noise; sleep: Sleep };

const throttled = (): PlatformError => new PlatformError('table.throttled', 'The table refuses for the moment.');
const unreachable = (): PlatformError => new PlatformError('table.unreachable', 'The table did not answer.');

/** A table as it is seen over a network: each call takes time, may fail before or after it acted, or be sent twice. */
export const createTroubledTable = (inner: Table, { troubles, noise, sleep }: Deps): Table => {
  const read = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    await sleep(noise.between(1, 15));
    const trouble = troubles.at('table');
    if (trouble === 'throttled') throw throttled();
    if (trouble === 'unreachable' || trouble === 'unreachable_after') throw unreachable();
    return act();
  };
  const write = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    await sleep(noise.between(2, 25));
    switch (troubles.at('table')) {
      case 'throttled':
        throw throttled();
      case 'unreachable':
        throw unreachable();
      case 'unreachable_after':
        await act();
        throw unreachable();
      case 'repeated': // the client did not see the first answer and sent the same write again
        await act();
        await sleep(noise.between(20, 80));
        return act();
      default:
        return act();
    }
  };

  return {
    name: inner.name,
    get: (pk) => read(() => inner.get(pk)),
    getMany: (pks) => read(() => inner.getMany(pks)),
    query: (query) => read(() => inner.query(query)),
    put: (item, condition) => write(() => inner.put(item, condition)),
    update: (pk, change, condition) => write(() => inner.update(pk, change, condition)),
    delete: (pk, condition) => write(() => inner.delete(pk, condition)),
    // A transaction carries a token, so that the client's repeat is none; but it may hear that the first is still on.
    transact: async (writes) => {
      await sleep(noise.between(5, 40));
      switch (troubles.at('table')) {
        case 'throttled':
          throw throttled();
        case 'conflict':
          return { status: 'conflict' };
        case 'conflict_after':
          await inner.transact(writes);
          return { status: 'conflict' };
        case 'unreachable':
          throw unreachable();
        case 'unreachable_after':
          await inner.transact(writes);
          throw unreachable();
        default:
          return inner.transact(writes);
      }
    },
  };
};

/** A secret store as it is seen over a network. */
export const createTroubledSecrets = (inner: SecretStore, { troubles, noise, sleep }: Deps): SecretStore => {
  const failure = (): PlatformError => new PlatformError('secrets.unreachable', 'The secret store did not answer.');
  return {
    get: async (name, versionId) => {
      await sleep(noise.between(10, 60));
      if (troubles.at('secrets') !== undefined) throw failure();
      return inner.get(name, versionId);
    },
    put: async (name, value, versionId) => {
      await sleep(noise.between(10, 60));
      const trouble = troubles.at('secrets');
      if (trouble === 'unreachable') throw failure();
      const put = await inner.put(name, value, versionId);
      if (trouble === 'unreachable_after') throw failure();
      return put;
    },
  };
};

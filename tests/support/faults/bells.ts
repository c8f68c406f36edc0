import { createHash } from 'node:crypto';
import type { Sleep } from '../../../lib/platform/clock.ts';
import type { Item } from '../../../lib/platform/table.ts';
import type { Fleet } from './fleet.ts';
import type { Noise } from './noise.ts';

/** A new on-demand table has about four partitions, so about four shards, whose batches know nothing of each other. */
const SHARDS = 4;

/** The table's stream and the minute's tick: what wakes the dispatcher, and may fail to. */
export const createBells = ({
  clock,
  noise,
  fleet,
  lost,
  doubled,
}: {
  clock: { sleep: Sleep };
  noise: Noise;
  fleet: Pick<Fleet, 'invoke'>;
  /** Shares, asked each time. */
  lost: () => number;
  doubled: () => number;
}) => {
  const shards = Array.from({ length: SHARDS }, (): Item[] => []);
  let ticking = true;

  const flush = async (shard: number): Promise<void> => {
    await clock.sleep(noise.between(20, 400));
    const images = shards[shard]?.splice(0) ?? [];
    if (images.length === 0 || noise.chance(lost())) return;
    const event = {
      Records: images.map(({ pk, bell }) => ({
        dynamodb: { Keys: { pk: { S: pk } }, NewImage: { pk: { S: pk }, bell: { S: String(bell) } } },
      })),
    };
    const times = noise.chance(doubled()) ? 2 : 1;
    for (let time = 0; time < times; time += 1) await fleet.invoke('dispatch', event);
  };

  return {
    /** An image with a bell is on the stream. */
    ring: (image: Item): void => {
      const shard = createHash('sha256').update(image.pk).digest().readUInt32BE() % SHARDS;
      shards[shard]?.push(image);
      if (shards[shard]?.length === 1) void flush(shard);
    },
    tick: (): Promise<unknown> => fleet.invoke('dispatch', { tick: true }),
    /** Ticks each minute until it is stopped; some ticks are lost, too. */
    startTicking: async (): Promise<void> => {
      for (;;) {
        await clock.sleep(60_000);
        if (!ticking) return;
        if (!noise.chance(lost() / 2)) void fleet.invoke('dispatch', { tick: true });
      }
    },
    stopTicking: (): void => {
      ticking = false;
    },
  };
};

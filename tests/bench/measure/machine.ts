import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** What a figure was measured on; without it no figure means anything. */
export type Machine = {
  node: string;
  system: string;
  processor: string;
  cores: number;
  memoryGiB: number;
  date: string;
};

export const describeMachine = (nowMs: number): Machine => ({
  node: process.version,
  system: `${platform()} ${arch()}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  date: new Date(nowMs).toISOString().slice(0, 10),
});

export const machineText = ({ node, system, processor, cores, memoryGiB, date }: Machine): string =>
  `Node ${node} on ${system}, ${processor}, ${cores} cores, ${memoryGiB} GiB, ${date}`;

/** A machine that does other things at the same time makes figures that say little. */
export const isBusy = (): boolean => (loadavg()[0] ?? 0) > availableParallelism();

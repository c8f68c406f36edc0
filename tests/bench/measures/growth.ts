import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';

const growthPoint = z.object({
  leads: z.number(),
  creditsPerLead: z.number(),
  writeUnitsPerLead: z.number(),
  readUnitsPerLead: z.number(),
  deliveredP50Ms: z.number(),
  deliveredP99Ms: z.number(),
  /** What simulating it took: real seconds, and memory of the simulation with all its records. */
  simulation: z.object({ seconds: z.number(), peakRssMb: z.number() }),
});
export type GrowthPoint = z.infer<typeof growthPoint>;

const PROGRAM = join(import.meta.dirname, 'growth-program.ts');
/** A simulated lead with its record at Zoho takes 6 KB. */
const heapMb = (leads: number): number => Math.max(2_000, Math.ceil(leads * 0.01));
const PATIENCE_MS = 90 * 60_000;

/**
 * The same stream, for longer and longer: what one lead costs must not depend on how many came before it. Each in a
 * process of its own.
 */
export const measureGrowth = async (sizes: number[]): Promise<GrowthPoint[]> => {
  const points: GrowthPoint[] = [];
  for (const leads of sizes) {
    const args = [`--max-old-space-size=${heapMb(leads)}`, PROGRAM, String(leads)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENCE_MS });
    points.push(growthPoint.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')));
  }
  return points;
};

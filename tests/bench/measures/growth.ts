import { streamOfLeads } from './stream-of-leads.ts';

export type GrowthPoint = {
  leads: number;
  creditsPerLead: number;
  writeUnitsPerLead: number;
  readUnitsPerLead: number;
  deliveredP50Ms: number;
  deliveredP99Ms: number;
};

const PER_SECOND = 200;

/** The same stream, for longer and longer: what one lead costs must not depend on how many came before it. */
export const measureGrowth = async (sizes: number[]): Promise<GrowthPoint[]> => {
  const points: GrowthPoint[] = [];
  for (const leads of sizes) {
    const { zoho, aws, deliveredP50Ms, deliveredP99Ms } = await streamOfLeads(leads, PER_SECOND);
    points.push({
      leads,
      creditsPerLead: zoho.credits / leads,
      writeUnitsPerLead: aws.writeUnits / leads,
      readUnitsPerLead: aws.readUnits / leads,
      deliveredP50Ms,
      deliveredP99Ms,
    });
  }
  return points;
};

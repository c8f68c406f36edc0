import type { GrowthPoint } from './growth.ts';
import { streamOfLeads } from './stream-of-leads.ts';

const PER_SECOND = 200;

const leads = Number(process.argv[2]);
const startedAtMs = Date.now();
const { zoho, aws, deliveredP50Ms, deliveredP99Ms } = await streamOfLeads(leads, PER_SECOND);
const point: GrowthPoint = {
  leads,
  creditsPerLead: zoho.credits / leads,
  writeUnitsPerLead: aws.writeUnits / leads,
  readUnitsPerLead: aws.readUnits / leads,
  deliveredP50Ms,
  deliveredP99Ms,
  simulation: {
    seconds: (Date.now() - startedAtMs) / 1000,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  },
};
process.stdout.write(`${JSON.stringify(point)}\n`);

import { HEAVY_CONCURRENCY } from '../../../infra/local/sandbox/limits/editions.ts';
import { leadRecord } from '../simulation/leads.ts';
import type { LimitedZoho } from '../simulation/limited-zoho.ts';
import type { SimulatedClock } from '../simulation/simulated-clock.ts';
import { exchangeWith, grantOf } from './zoho-client.ts';

const PER_CALL = 100;

/**
 * What no program can beat within Zoho's limits: everything is at hand already, every call carries a hundred records,
 * as many calls as are taken at once are always under way, and nothing is written down in between.
 */
export const drainPerfectly = async (
  zoho: LimitedZoho,
  clock: SimulatedClock,
  leads: number,
  onStart: () => void,
): Promise<number> => {
  const { accessToken, accountsServer } = await clock.run(grantOf(zoho, clock));
  onStart();
  const exchange = exchangeWith(zoho, clock);
  const startedAtMs = clock.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < leads) {
      const from = next;
      next = Math.min(leads, from + PER_CALL);
      const data = Array.from({ length: next - from }, (_, index) => leadRecord(from + index));
      await exchange(
        new Request(`${accountsServer}/crm/v8/Leads/upsert`, {
          method: 'POST',
          headers: { authorization: `Zoho-oauthtoken ${accessToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ data, duplicate_check_fields: ['Email'] }),
        }),
      );
    }
  };
  await clock.run(Promise.all(Array.from({ length: HEAVY_CONCURRENCY }, work)));
  return (clock.now() - startedAtMs) / 1000;
};

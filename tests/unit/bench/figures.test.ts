import { describe, expect, test } from '@jest/globals';
import { drainBound, drainLeadloop } from '../../bench/measures/drain.ts';
import { measureIsolation } from '../../bench/measures/isolation.ts';
import { scriptletAsTheyCome, scriptletPatiently } from '../../bench/measures/scriptlet-runs.ts';
import { USUAL } from '../../bench/measures/settings.ts';
import { streamOfLeads } from '../../bench/measures/stream-of-leads.ts';
import { measureStampede, measureSteadyTokens } from '../../bench/measures/tokens.ts';

/** Facts of virtual time: the same on every machine, however busy it is. */
describe('at Zoho’s limits', () => {
  test('leads that come faster than ten in a gather window cost no more than 0.11 credits each', async () => {
    const { zoho } = await streamOfLeads(600, 6);

    expect(zoho.written).toBe(600);
    expect(zoho.credits / 600).toBeLessThanOrEqual(0.11);
    expect(zoho.refused).toBe(0);
  });

  test('a backlog drains at nine tenths or more of what Zoho takes at all, and at the packer’s price', async () => {
    const [leadloop, bound] = [await drainLeadloop(3_000), await drainBound(3_000)];

    expect(leadloop.leadsPerSecond / bound.leadsPerSecond).toBeGreaterThanOrEqual(0.9);
    expect(leadloop.zoho.credits).toBe(bound.zoho.credits);
    expect(leadloop.zoho.refused).toBe(0);
  });

  test('an edition that takes half as many calls at once refuses one round, and the rest of the backlog keeps below it', async () => {
    const { zoho, leads, seconds } = await drainLeadloop(3_000, USUAL, { edition: 'free' });

    expect(zoho).toMatchObject({ written: 3_000, credits: 300, refused: 5, peakConcurrency: 5 });
    expect(leads / seconds).toBeGreaterThan(0.65 * 1_000); // five calls of a hundred in half a second, less the first round
  });

  test('a lone lead is in Zoho three seconds after it was accepted', async () => {
    const { deliveredP99Ms, zoho } = await streamOfLeads(5, 1 / 300, { evenly: true });

    expect(zoho.credits).toBe(5);
    expect(deliveredP99Ms).toBeLessThan(3_000);
  });

  test('another client’s hanging Zoho and waiting leads change nothing for this client', async () => {
    const { ratio, hangingCalls } = await measureIsolation(true);

    expect(Math.min(...hangingCalls)).toBeGreaterThan(0);
    expect(ratio.p50.high).toBeLessThan(1.05);
    expect(ratio.p99.high).toBeLessThan(1.05);
  });

  test('a thousand cold instances share one refresh, and nobody waits longer than it and a second more', async () => {
    const { refreshes, tokenRequests, longestWaitMs, failed } = await measureStampede(1_000);

    expect({ refreshes, tokenRequests, failed }).toEqual({ refreshes: 1, tokenRequests: 1, failed: 0 });
    expect(longestWaitMs).toBeLessThan(500 + 1_000);
  });

  test('a connection in use all day asks for at most 1.1 tokens an hour, and no delivery waits for one', async () => {
    const { perHour, perDay, waited, demands } = await measureSteadyTokens();

    expect(demands).toBeGreaterThan(4_000);
    expect(perHour).toBeLessThanOrEqual(1.1);
    expect(perDay).toBeLessThanOrEqual(27);
    expect(waited).toBe(0);
  });

  test('a token and a call for each lead meet Zoho’s limit of ten tokens in ten minutes', async () => {
    const [asTheyCome, patiently] = [await scriptletAsTheyCome(100, 20), await scriptletPatiently(100)];

    expect(asTheyCome).toMatchObject({ delivered: 10, lost: 90 });
    expect(patiently.delivered).toBe(100);
    expect(patiently.zoho.credits).toBe(100);
    expect(patiently.seconds).toBeGreaterThan(9 * 600);
  });
});

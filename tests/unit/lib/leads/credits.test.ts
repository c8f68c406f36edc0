import { describe, expect, test } from '@jest/globals';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { answered, demo, leadsBench, success, token } from './leads-bench.ts';

describe('what calls to Zoho cost', () => {
  test('being one call too many says so, and costs nothing', async () => {
    const tooMany = { code: 'RATE_LIMIT_EXCEEDED', details: {}, message: 'x', status: 'error' };
    const { send, submission } = leadsBench([answered(429, tooMany)]);
    expect(await send(submission('s1', { email: 'a@example.com' }))).toMatchObject({
      overload: true,
      usage: { cost: 0 },
    });
  });

  test('a call says what it has cost, and what Zoho says is left', async () => {
    const data = Array.from({ length: 11 }, (_, n) => success(`572576700000052415${n}`));
    const headers = { 'x-api-credits-remaining': '2041' };
    const { send, submission } = leadsBench([
      { status: 'answered', httpStatus: 200, headers, body: JSON.stringify({ data }) },
    ]);
    const posts = data.map((_, n) => submission(`s${n}`, { email: `a${n}@example.com` }));
    expect((await send(...posts)).usage).toEqual({ cost: 2, remaining: 2041 });
  });

  test('an answer without a word of what is left says so: that is more than half', async () => {
    const { send, submission } = leadsBench([answered(200, { data: [success('1')] })]);
    expect((await send(submission('s1', { email: 'a@example.com' }))).usage).toEqual({ cost: 1, remaining: 'untold' });
  });

  test('a call whose answer never came is counted as one that was made', async () => {
    const { send, submission } = leadsBench([{ status: 'failed', code: 'timeout', maybeSent: true }]);
    expect((await send(submission('s1', { email: 'a@example.com' }))).usage).toEqual({ cost: 1 });
  });

  test('sources that share a connection are served by the most careful of them', async () => {
    const bench = leadsBench([]);
    expect(bench.driver.budget?.()).toEqual({ perDay: 50_000, keep: 1_000 });
    const zoho = { dailyCredits: 5_000, keepCredits: 500 };
    const careful = leadsBench([], [token], { source: sourceSchema.parse({ ...demo, zoho }) });
    await careful.driver.prepare(careful.submission('s1', { email: 'a@example.com' }));
    expect(careful.driver.budget?.()).toEqual({ perDay: 5_000, keep: 500 });
  });
});

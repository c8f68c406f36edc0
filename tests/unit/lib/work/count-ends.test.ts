import { describe, expect, test } from '@jest/globals';
import { countEnds } from '../../../../lib/work/count-ends.ts';

describe('counting how items end', () => {
  test('each end has its metric; what goes on, or had nothing to send, has none', () => {
    const states = ['delivered', 'delivered', 'rejected', 'dead', 'unclear', 'pending', 'ignored'];
    expect(countEnds([...states.map((state) => ({ set: { state } })), { remove: ['bell'] }])).toEqual({
      ItemsDelivered: 2,
      ItemsRejected: 1,
      ItemsDead: 1,
      ItemsUnclear: 1,
    });
  });

  test('no ends are no metrics', () => {
    expect(countEnds([])).toEqual({});
  });
});

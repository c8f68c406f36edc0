import type { Noise } from './noise.ts';

type Reply = { status: number; body: string };

const lockedResult = {
  code: 'RECORD_LOCKED',
  details: {},
  message: 'record is locked for editing',
  status: 'error',
};

/**
 * Some records of a write are locked: the others are written as they would be alone, and the answer holds a result for
 * each, in the order sent. `body` is undefined when nothing is left to write.
 */
export const lockSome = (body: string, noise: Noise): { body: string | undefined; merge: (reply: Reply) => Reply } => {
  const call = JSON.parse(body) as { data: unknown[] };
  const isLocked = call.data.map(() => noise.chance(0.5));
  const free = call.data.filter((_, index) => isLocked[index] === false);
  return {
    body: free.length === 0 ? undefined : JSON.stringify({ ...call, data: free }),
    merge: ({ status, body: text }) => {
      const answer = JSON.parse(text) as { data?: unknown[] };
      if (answer.data === undefined) return { status, body: text }; // refused as a whole
      const results = [...answer.data];
      const data = isLocked.map((locked) => (locked ? lockedResult : results.shift()));
      return { status: free.length === 0 ? 400 : 207, body: JSON.stringify({ data }) };
    },
  };
};

import { jsonAnswer, type SandboxAnswer } from '../answer.ts';

// Zoho's specifications disagree about the body and nobody has shown a real one: both come, in turns (§4.3, §10.5).
const BODIES = [
  { code: 'TOO_MANY_REQUESTS', message: 'Rate limit exceeded. Please retry after the specified time.' },
  { code: 'RATE_LIMIT_EXCEEDED', message: 'Too many requests. Please try again later.' },
];

/** 429 for too many calls at once and for credits used up alike, without a word about when to come back; costs nothing. */
export const createTooManyRequests = (): (() => SandboxAnswer) => {
  let turn = 0;
  return () => {
    const { code, message } = BODIES[turn % BODIES.length] ?? { code: '', message: '' };
    turn += 1;
    return jsonAnswer(429, { code, details: {}, message, status: 'error' });
  };
};

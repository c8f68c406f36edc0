/** One thing the demo has seen, and who was asked. */
export type Observation = {
  step: string;
  /** Whose word it is: the receiving side, never the sender. */
  askedOf: 'sandbox' | 'inbox' | 'page';
  passed: boolean;
  atMs: number;
  seen: Record<string, unknown>;
};

const clock = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(5)} s`;

/** Prints the demo as a story, one line a happening, and keeps what was observed. */
export const createTimeline = (write: (line: string) => void, { color }: { color: boolean }) => {
  const startedAtMs = Date.now();
  const observations: Observation[] = [];
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);

  return {
    observations,
    chapter: (title: string) => write(`\n${paint(1, title)}`),
    /** Something the demo did. */
    did: (text: string) => write(`${clock(Date.now() - startedAtMs)}    ${text}`),
    /** Something the receiving side confirmed, or did not. */
    saw: (
      step: string,
      askedOf: Observation['askedOf'],
      passed: boolean,
      text: string,
      seen: Record<string, unknown>,
    ) => {
      observations.push({ step, askedOf, passed, atMs: Date.now() - startedAtMs, seen });
      const mark = passed ? paint(32, '✓') : paint(31, '✗');
      write(`${clock(Date.now() - startedAtMs)}  ${mark} ${text}  ${paint(2, `(asked: ${askedOf})`)}`);
    },
    allPassed: () => observations.length > 0 && observations.every(({ passed }) => passed),
    elapsedMs: () => Date.now() - startedAtMs,
  };
};
export type Timeline = ReturnType<typeof createTimeline>;

/** Asks until the answer satisfies, or the time is up; the last answer either way. */
export const askUntil = async <Answer>(
  ask: () => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
  withinMs: number,
): Promise<{ answer: Answer; enough: boolean }> => {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isEnough(answer)) return { answer, enough: true };
    if (Date.now() >= untilMs) return { answer, enough: false };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

/** For claims that something does not happen: asks for the whole time and reports whether it held throughout. */
export const holdsFor = async <Answer>(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean, ms: number) => {
  const { answer, enough } = await askUntil(ask, (one) => !holds(one), ms);
  return { answer, held: !enough };
};

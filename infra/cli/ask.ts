import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on the terminal, on standard error so that a redirected result stays clean. What is hidden is not echoed. */
export const ask = async (question: string, { hidden }: { hidden: boolean } = { hidden: false }): Promise<string> => {
  let isMuted = false;
  const output = new Writable({
    write: (chunk, _, done) => {
      if (!isMuted) process.stderr.write(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = terminal.question(question);
    isMuted = hidden; // the question is out; what is typed from here on is not shown
    const text = (await answer).trim();
    if (hidden) process.stderr.write('\n');
    return text;
  } finally {
    terminal.close();
  }
};

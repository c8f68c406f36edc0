/** Lambda ships standard output to the log group, one entry a line. */
export const writeLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

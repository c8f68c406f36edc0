import { readFileSync } from 'node:fs';

/** The parent of another process, where the system tells; undefined elsewhere and once it is gone. */
const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

/**
 * Tells whether whoever started this process is gone. npm runs a script through a shell, which outlives an npm that is
 * killed: there the shell's parent is watched as well.
 */
const watchParents = (): (() => boolean) => {
  const parent = process.ppid;
  const grandparent = process.env.npm_lifecycle_event === undefined ? undefined : parentOf(parent);
  return () => process.ppid !== parent || (grandparent !== undefined && parentOf(parent) !== grandparent);
};

/**
 * Resolves when this process is to end: Ctrl-C, SIGTERM, or the loss of the parent that started it. A second signal
 * does not wait for anything.
 */
export const untilEnd = (): Promise<string> =>
  new Promise((resolve) => {
    let asked = false;
    const end = (why: string): void => {
      asked = true;
      resolve(why);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => (asked ? process.exit(130) : end(signal)));
    const isOrphan = watchParents();
    setInterval(() => void (isOrphan() && end('the parent is gone')), 500).unref();
  });

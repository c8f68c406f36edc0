/**
 * Resolves when this process is to end: Ctrl-C, SIGTERM, or the loss of the parent that started it. A second signal
 * does not wait for anything.
 */
export const untilEnd = (): Promise<string> =>
  new Promise((resolve) => {
    let asked = false;
    const end = (why: string) => {
      if (asked) process.exit(130);
      asked = true;
      resolve(why);
    };
    process.on('SIGINT', () => end('SIGINT'));
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('SIGHUP', () => end('SIGHUP'));
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) end('the parent is gone');
    }, 500).unref();
  });

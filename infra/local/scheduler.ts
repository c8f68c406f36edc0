/** Runs what serverless.yml schedules: once at the start, so that kept work goes on at once, then at its rate. */
export const startScheduler = (
  schedules: Array<{ everyMs: number; run: () => Promise<unknown> }>,
): { close(): void } => {
  const timers = schedules.map(({ everyMs, run }) => {
    void run();
    return setInterval(() => void run(), everyMs);
  });
  return {
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
};

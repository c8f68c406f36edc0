/** Runs what serverless.yml schedules: once at the start, then at its rate. */
export const startScheduler = (
  schedules: Array<{ everyMs: number; run: () => Promise<unknown> }>,
): { close(): void } => {
  const timers = schedules.map(({ everyMs, run }) => {
    void run();
    return setInterval(() => void run(), everyMs);
  });
  return { close: () => timers.forEach(clearInterval) };
};

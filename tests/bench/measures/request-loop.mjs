// A warm function in a process of its own: loads the handler in argv[2], then answers each `{ events }` from its parent
// with the milliseconds each of them took, one after the other.
const { handler } = await import(process.argv[2]);
process.on('message', async ({ events }) => {
  const ms = [];
  for (const event of events) {
    const startedAt = performance.now();
    const { statusCode } = await handler(event, {});
    ms.push(performance.now() - startedAt);
    if (statusCode !== 202) process.exit(1);
  }
  process.send({ ms, rssMb: process.memoryUsage.rss() / 2 ** 20 });
});
process.send({ ready: true });

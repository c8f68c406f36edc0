// One cold start, in a process of its own: loads the handler and gives it its first and its second request.
// argv: the handler's file, and a JSON array of events (none: it is only loaded). Plain JavaScript, so that nothing
// of TypeScript's is loaded before the clock starts.
const [file, eventsText = '[]'] = process.argv.slice(2);
const events = JSON.parse(eventsText);

const timed = async (work) => {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms, cpuMs: (user + system) / 1000 };
};

const loaded = await timed(() => import(file));
const requests = [];
for (const event of events) {
  const { result, ms, cpuMs } = await timed(() => loaded.result.handler(event, {}));
  requests.push({ status: result.statusCode, ms, cpuMs });
}
const rssMb = process.memoryUsage.rss() / 2 ** 20;
process.stdout.write(`\n${JSON.stringify({ importMs: loaded.ms, importCpuMs: loaded.cpuMs, requests, rssMb })}\n`);
process.exit(0); // connections are kept alive; nobody waits for them here

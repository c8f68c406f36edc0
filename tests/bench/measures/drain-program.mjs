// The built deliver-leads in a process of its own: `node drain-program.mjs FILE LANE`. Serves the lane until
// nothing is left, and prints the memory it held on the way, in MB,
// every tenth of a second, and the processor time it took.
const [file, lane] = process.argv.slice(2);
const { handler } = await import(file);
const rssMb = [];
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const sample = () => rssMb.push([Math.round(performance.now() - startedAt), process.memoryUsage.rss() / 2 ** 20]);
sample();
const timer = setInterval(sample, 100);
const left = await handler({ lane }, { getRemainingTimeInMillis: () => 300_000 - (performance.now() - startedAt) });
clearInterval(timer);
sample();
const { user, system } = process.cpuUsage(cpuBefore);
const cpuMs = (user + system) / 1000;
process.stdout.write(`\n${JSON.stringify({ rssMb, left, cpuMs, maxRssMb: process.resourceUsage().maxRSS / 1024 })}\n`);
process.exit(0);

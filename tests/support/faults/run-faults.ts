import { parseArgs } from 'node:util';
import { crashPoints, createCoverage } from './crash-points.ts';
import { explore, type Finding, noTotals } from './explore.ts';
import { type KilledRun, killStack } from './whole-process/kill-stack.ts';

const USAGE = `npm run test:faults [-- options]: random worlds in which processes die and everything around them fails

  --seconds N   how long (default 60)
  --kills N     how often the whole real stack is killed on top of that (default: once a minute)
  --seed N      the first seed (default: a random one, which is printed)
  --path P      with --seed: one schedule alone, as an earlier finding named it
  --trace       with --path: what the functions log, on stderr
`;

/** Schedules of one seed; the next seed follows. */
const RUNS_PER_SEED = 25;

type Options = { seconds: number; kills: number; seed: number; path: string | undefined; trace: boolean };

const wholeNumber = (text: string, name: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`);
  return Number(text);
};

const readOptions = (): Options => {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '60' },
        kills: { type: 'string' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
        path: { type: 'string' },
        trace: { type: 'boolean', default: false },
      },
    });
    const seconds = wholeNumber(values.seconds, 'seconds');
    return {
      seconds,
      kills: wholeNumber(values.kills ?? String(Math.floor(seconds / 60)), 'kills'),
      seed: wholeNumber(values.seed, 'seed'),
      path: values.path,
      trace: values.trace,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unusable arguments'}\n\n${USAGE}`);
    process.exit(2);
  }
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const tell = ({ seed, path, violations, schedule }: Finding): void => {
  say(`\nVIOLATION, seed ${seed}:`);
  for (const violation of violations) say(`  ${violation}`);
  say(`  the smallest schedule found: ${JSON.stringify(schedule)}`);
  say(`  to repeat it: npm run test:faults -- --seed ${seed} --path ${path} --trace`);
};

const options = readOptions();
const coverage = createCoverage();
const totals = noTotals();
const findings: Finding[] = [];
const startedAtMs = Date.now();
const elapsedMs = (): number => Date.now() - startedAtMs;
let { seed } = options;

say(`first seed: ${seed}`);
if (options.path !== undefined) {
  const trace = options.trace ? { trace: (line: string) => void process.stderr.write(`${line}\n`) } : {};
  const finding = await explore({ seed, runs: 1, path: options.path, ...trace }, { coverage, totals });
  if (finding !== undefined) findings.push(finding);
} else {
  for (; elapsedMs() < options.seconds * 1000; seed += 1) {
    const finding = await explore({ seed, runs: RUNS_PER_SEED }, { coverage, totals });
    if (finding === undefined) continue;
    findings.push(finding);
    tell(finding);
  }
}
if (options.path !== undefined) findings.forEach(tell);
const worldsMs = elapsedMs();

/** Lives of one stack between two comparisons. */
const KILLS_PER_ROUND = 3;
const killed: KilledRun[] = [];
let killViolations = 0;
const killSeeds = options.path === undefined ? Math.ceil(options.kills / KILLS_PER_ROUND) : 0;
for (let round = 0; round < killSeeds; round += 1) {
  const run = await killStack({ seed: options.seed + round, kills: KILLS_PER_ROUND });
  killed.push(run);
  killViolations += run.violations.length;
  for (const violation of run.violations)
    say(`\nVIOLATION, whole stack killed, seed ${options.seed + round}: ${violation}`);
}

const { schedules, troubles, ...counts } = totals;
const { neverReached, neverStruck, undeclared } = coverage.gaps();
say(`
${schedules} schedules in ${Math.round(worldsMs / 1000)} s (${(schedules / (worldsMs / 1000)).toFixed(1)} a second), seeds ${options.seed} to ${Math.max(options.seed, seed - 1)}
${Object.entries(counts)
  .map(([name, count]) => `${name} ${count}`)
  .join(', ')}
calls in trouble: ${
  [...troubles]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none'
}
crash points: ${crashPoints.length} declared, ${crashPoints.length - neverReached.length} reached, ${crashPoints.length - neverReached.length - neverStruck.length} struck`);
if (neverReached.length > 0) say(`never reached:\n  ${neverReached.join('\n  ')}`);
if (neverStruck.length > 0) say(`reached, never struck:\n  ${neverStruck.join('\n  ')}`);
if (undeclared.length > 0) say(`not declared in crash-points.ts:\n  ${undeclared.join('\n  ')}`);
const sum = (count: 'kills' | 'accepted' | 'recorded'): number => killed.reduce((all, run) => all + run[count], 0);
if (killed.length > 0)
  say(
    `the whole stack was killed ${sum('kills')} times: ${sum('accepted')} submissions accepted, ${sum('recorded')} events recorded`,
  );
const violations = findings.length + killViolations;
say(`violations: ${violations}`);
process.exit(violations > 0 || undeclared.length > 0 ? 1 : 0);

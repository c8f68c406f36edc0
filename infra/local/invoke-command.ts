import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';

const root = resolve(import.meta.dirname, '../..');
const EVENTS = join(root, 'events');
/** The key that the sample events carry, in place of one that a source has. */
const SAMPLE_KEY = 'll_0123456789abcdefghjkmnpqrs';

const USAGE = 'usage: npm run invoke -- <function> <case>';
const NOTHING_RUNS = 'Nothing runs here. Start it with npm start, in another terminal.';

const stackSchema = z.object({ lambda: z.string() });
const keySchema = z.object({ apiKey: z.string() });

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The event as it stands in `events/`, with the running demo's key where the sample has its own. */
const eventText = (functionName: string, caseName: string, stateDir: string): string => {
  const text = readFileSync(join(EVENTS, functionName, `${caseName}.json`), 'utf8');
  const keyFile = join(stateDir, 'demo-key.json');
  return existsSync(keyFile) ? text.replaceAll(SAMPLE_KEY, keySchema.parse(readJson(keyFile)).apiKey) : text;
};

/**
 * Sends a sample event to the function of the running stack and prints its answer. `LEADLOOP_STACK` names another stack
 * file than `.local/stack.json`.
 * @returns the exit code: 0 answered, 1 the function failed, 2 usage, 3 nothing runs
 */
export const invoke = async (argv: string[]): Promise<number> => {
  const fail = (code: number, message: string): number => {
    process.stderr.write(`${message}\n`);
    return code;
  };
  const [functionName = '', caseName = '', ...more] = argv;
  const functions = namesIn(EVENTS);
  if (!functions.includes(functionName) || more.length > 0)
    return fail(2, `${USAGE}\n\nFunctions with sample events: ${functions.join(', ')}`);
  const cases = namesIn(join(EVENTS, functionName)).map((file) => file.replace(/\.json$/, ''));
  if (!cases.includes(caseName)) return fail(2, `${USAGE}\n\nCases of ${functionName}: ${cases.join(', ')}`);

  const stackFile = process.env.LEADLOOP_STACK ?? join(root, '.local/stack.json');
  if (!existsSync(stackFile)) return fail(3, NOTHING_RUNS);
  const { lambda } = stackSchema.parse(readJson(stackFile));
  const url = `${lambda}/2015-03-31/functions/${functionName}/invocations`;
  const body = eventText(functionName, caseName, dirname(stackFile));
  const response = await fetch(url, { method: 'POST', body }).catch(() => undefined);
  if (response === undefined) return fail(3, NOTHING_RUNS);
  process.stdout.write(`${JSON.stringify(await response.json(), null, 2)}\n`);
  return response.ok && !response.headers.has('x-amz-function-error') ? 0 : 1;
};

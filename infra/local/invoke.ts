import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkNode } from './node-version.ts';

checkNode();
const root = resolve(import.meta.dirname, '../..');
const EVENTS = join(root, 'events');
const STACK_FILE = join(root, '.local/stack.json');

const fail = (code: number, message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};
const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

const [functionName = '', caseName = ''] = process.argv.slice(2);
const functions = names(EVENTS);
if (!functions.includes(functionName))
  fail(2, `usage: npm run invoke -- <function> <case>\n\nfunctions with sample events: ${functions.join(', ')}`);
const cases = names(join(EVENTS, functionName)).map((file) => file.replace(/\.json$/, ''));
if (!cases.includes(caseName)) fail(2, `usage: npm run invoke -- ${functionName} <case>\n\ncases: ${cases.join(', ')}`);
if (!existsSync(STACK_FILE)) fail(3, 'nothing runs here: start it with npm start, in another terminal');

const { lambda } = JSON.parse(readFileSync(STACK_FILE, 'utf8')) as { lambda: string };
try {
  const response = await fetch(`${lambda}/2015-03-31/functions/${functionName}/invocations`, {
    method: 'POST',
    body: readFileSync(join(EVENTS, functionName, `${caseName}.json`)),
  });
  const answer: unknown = await response.json();
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  process.exitCode = response.headers.has('x-amz-function-error') ? 1 : 0;
} catch {
  fail(3, `nothing answers at ${lambda}: start it with npm start, in another terminal`);
}

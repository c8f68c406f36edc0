import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareDemo } from '../../../../infra/local/prepare-demo.ts';
import { startStack } from '../../../../infra/local/stack.ts';
import { untilEnd } from '../../../../infra/local/until-end.ts';

/**
 * The stack of `npm start` as a process to be killed, with a tick every two seconds so that nobody waits a minute for
 * what a kill left behind. Prints one JSON line once it is ready; ends with its parent.
 */
const { values } = parseArgs({ options: { state: { type: 'string' }, 'port-base': { type: 'string' } } });
const stateDir = values.state ?? '';
const ending = untilEnd();
const stack = await startStack({ stateDir, portBase: Number(values['port-base']), tickMs: 2_000 });
const demo = await prepareDemo(stack, { connect: true, keyFile: join(stateDir, 'demo-key.json') });
process.stdout.write(`${JSON.stringify({ addresses: stack.addresses, apiKey: demo.apiKey })}\n`);
await ending;
await stack.close();
process.exit(0);

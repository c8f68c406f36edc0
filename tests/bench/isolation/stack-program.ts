import { parseArgs } from 'node:util';
import { startStack } from '../../../infra/local/stack.ts';
import { untilEnd } from '../../../infra/local/until-end.ts';

/**
 * The stack of `npm start` over kept tables, in a process of its own: who measures it must not sit on its event loop.
 * Prints its addresses as one JSON line once it is ready; ends with SIGTERM or its parent.
 */
const { values } = parseArgs({
  options: { state: { type: 'string' }, functions: { type: 'string' }, 'other-zoho': { type: 'string' } },
});
const { state: stateDir = '', functions: functionsDir = '', 'other-zoho': otherZoho = '' } = values;
const ending = untilEnd();
const stack = await startStack({ stateDir, functionsDir, otherZohos: [otherZoho], dynamoDb: 'dynoxide' });
const { addresses, sandbox } = stack;
const { clientId, clientSecret } = sandbox;
process.stdout.write(`${JSON.stringify({ addresses, zoho: { baseUrl: sandbox.baseUrl, clientId, clientSecret } })}\n`);
await ending;
await stack.close();
process.exit(0);

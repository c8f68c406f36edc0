import { checkNode } from './node-version.ts';

checkNode();
// Imported only now: what follows needs the version checked above.
const { start } = await import('./start-command.ts');
await start(process.argv.slice(2));

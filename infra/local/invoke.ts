import { checkNode } from './node-version.ts';

checkNode();
// Imported only now: what follows needs the version checked above.
const { invoke } = await import('./invoke-command.ts');
process.exitCode = await invoke(process.argv.slice(2));

import { checkNode } from './node-version.ts';

checkNode();
const { demo } = await import('./demo/demo-command.ts');
await demo(process.argv.slice(2));

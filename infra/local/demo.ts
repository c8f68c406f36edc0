import { demo } from './demo/demo-command.ts';

await demo(process.argv.slice(2));

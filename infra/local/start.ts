import { start } from './start-command.ts';

await start(process.argv.slice(2));

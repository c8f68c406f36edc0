import { run, tool } from './run-tool.ts';

run(tool('biome'), ['check', ...process.argv.slice(2), '.']);

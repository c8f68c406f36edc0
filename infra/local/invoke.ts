import { invoke } from './invoke-command.ts';

process.exitCode = await invoke(process.argv.slice(2));

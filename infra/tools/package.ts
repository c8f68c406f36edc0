import { buildFunctions } from '../build/build.ts';
import { run, tool } from './run-tool.ts';

/** `npm run package` leaves what deploys in `.serverless/`, without network or credentials; `--deploy` sends it. */
const [flag, ...rest] = process.argv.slice(2);
const deploy = flag === '--deploy';
const osls = tool('osls');
for (const { name, bytes } of await buildFunctions()) process.stdout.write(`${name.padEnd(16)} ${Math.round(bytes / 1024)} KB\n`);
const args = deploy ? rest : process.argv.slice(2);
run(osls, [deploy ? 'deploy' : 'package', ...args], {
  SLS_TELEMETRY_DISABLED: '1',
  SLS_NOTIFICATIONS_MODE: 'off',
  ...(deploy ? {} : { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }),
});

import { buildAll } from '../build/build.ts';
import { run, tool } from './run-tool.ts';

/** `npm run package` leaves what deploys in `.serverless/`, without network or credentials; `--deploy` sends it. */
const { deploy, rest } =
  process.argv[2] === '--deploy'
    ? { deploy: true, rest: process.argv.slice(3) }
    : { deploy: false, rest: process.argv.slice(2) };

const osls = tool('osls');
try {
  await buildAll((line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'the build failed'}\n`);
  process.exit(1);
}
run(osls, [deploy ? 'deploy' : 'package', ...rest], {
  SLS_TELEMETRY_DISABLED: '1',
  SLS_NOTIFICATIONS_MODE: 'off',
  ...(deploy ? {} : { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }),
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptedFindings } from './accepted-findings.ts';
import { type Finding, judgeFindings } from './judge-findings.ts';
import { resolveConditions } from './resolve-conditions.ts';
import { root, tool } from './run-tool.ts';

/** `npm run check-template`: checks what `npm run package` has left in `.serverless/`, in each way it can be deployed. */
const VARIANTS: Record<string, Record<string, string>> = {
  'no parameters': { KmsKeyArn: '', AlarmTopicArn: '' },
  'own key and alarm topic': {
    KmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000',
    AlarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
  },
};

const file = join(root, '.serverless/cloudformation-template-update-stack.json');
if (!existsSync(file)) {
  process.stderr.write('There is no packaged template. Run: npm run package\n');
  process.exit(1);
}
tool('osls'); // installs the second lockfile when it is missing
const { findFaults } = await import('./find-faults.ts');

const { stage } = JSON.parse(readFileSync(join(root, '.serverless/serverless-state.json'), 'utf8')).service.provider;
/** cdk-nag names resources by their ARNs, which carry the stage. */
const withoutStage = (rule: string): string =>
  rule.replaceAll(`leadloop-${stage}-`, 'leadloop-<stage>-').replaceAll(`leadloop/${stage}/`, 'leadloop/<stage>/');

const found: Finding[] = [];
for (const [name, parameters] of Object.entries(VARIANTS)) {
  const faults = findFaults(resolveConditions(JSON.parse(readFileSync(file, 'utf8')), parameters));
  process.stdout.write(`${name}: ${faults.length} findings\n`);
  found.push(...faults.map((fault) => ({ ...fault, rule: withoutStage(fault.rule) })));
}

const { unaccepted, outlived } = judgeFindings(found, acceptedFindings);
for (const { rule, path, message } of unaccepted) process.stderr.write(`${rule} at ${path}: ${message}\n`);
for (const key of outlived) process.stderr.write(`${key} is accepted but no longer found; strike it off the list\n`);
if (unaccepted.length + outlived.length > 0) process.exit(1);
process.stdout.write(
  'The packaged template has no finding that is not accepted in infra/tools/accepted-findings.ts.\n',
);

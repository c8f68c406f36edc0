import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptedFindings } from './accepted-findings.ts';
import { type Finding, judgeFindings } from './judge-findings.ts';
import { judgeRoles } from './judge-roles.ts';
import { resolveConditions } from './resolve-conditions.ts';
import { roleGrants } from './role-grants.ts';
import { root, tool } from './run-tool.ts';
import { SEEN_ACTIONS_FILE } from './seen-actions-file.ts';
import { unseenActions } from './unseen-actions.ts';

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

const fail = (lines: string[]): never => {
  for (const line of new Set(lines)) process.stderr.write(`${line}\n`); // both variants have most of them
  process.exit(1);
};
const lineOf = ({ rule, path, message }: Finding): string => `${rule} at ${path}: ${message}`;

const found: Finding[] = [];
for (const [name, parameters] of Object.entries(VARIANTS)) {
  const { errors, violations } = findFaults(resolveConditions(JSON.parse(readFileSync(file, 'utf8')), parameters));
  process.stdout.write(`${name}: ${errors.length} errors, ${violations.length} findings of cdk-nag\n`);
  if (errors.length > 0) fail(errors.map(lineOf));
  found.push(...violations.map((violation) => ({ ...violation, rule: withoutStage(violation.rule) })));
}

const { unaccepted, outlived } = judgeFindings(found, acceptedFindings);
if (unaccepted.length + outlived.length > 0)
  fail([
    ...unaccepted.map(lineOf),
    ...outlived.map((key) => `${key} is accepted but no longer found; strike it off the list`),
  ]);
process.stdout.write(
  'The packaged template has no finding that is not accepted in infra/tools/accepted-findings.ts.\n',
);

if (existsSync(SEEN_ACTIONS_FILE)) {
  const grants = roleGrants(JSON.parse(readFileSync(file, 'utf8')), stage);
  const judged = judgeRoles(grants, JSON.parse(readFileSync(SEEN_ACTIONS_FILE, 'utf8')), unseenActions);
  const problems = [
    ...judged.notAllowed.map((line) => `not allowed by the role of ${line}`),
    ...judged.neverSeen.map((line) => `allowed, but never seen in the tests: ${line}`),
    ...judged.outlived.map((line) => `no longer needed in infra/tools/unseen-actions.ts: ${line}`),
  ];
  if (problems.length > 0) fail(problems);
  process.stdout.write('The packaged roles allow what the tests saw functions do, and nothing else.\n');
} else {
  const text = 'The packaged roles were not compared with what functions do: that takes a whole run of npm test first.';
  if (process.env.CI !== undefined) fail([text]);
  process.stdout.write(`${text}\n`);
}

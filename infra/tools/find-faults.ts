import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Finding } from './judge-findings.ts';
import type { Template } from './resolve-conditions.ts';

/** Template engine and schemas: what CloudFormation would refuse. */
const findErrors = (file: string): Finding[] =>
  new RegoEngine()
    .validateStandard(new TemplateFile(file), {
      pseudoParameterOverrides: { region: 'eu-west-1', accountId: '111122223333', partition: 'aws' },
    })
    .diagnostics.filter(({ severity }) => severity === 'ERROR' || severity === 'FATAL')
    .map(({ ruleId, entity, propertyPath, message }) => ({
      rule: ruleId,
      path: entity?.logicalId ?? 'template',
      message: propertyPath === undefined ? message : `${propertyPath}: ${message}`,
    }));

/** AWS's own rules for what a solution should not do. */
const findViolations = (file: string): Finding[] => {
  const app = new App();
  new CfnInclude(new Stack(app, 'leadloop'), 'template', { templateFile: file });
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        rule: ruleName,
        path: constructPath?.split('/').at(-1) ?? 'template',
        message: description,
      })),
    );
};

/**
 * What the checkers have against a template whose conditions are resolved. `errors` cannot be deployed and cannot be
 * accepted; with any of them cdk-nag is not asked, for it cannot read such a template.
 */
export const findFaults = (template: Template): { errors: Finding[]; violations: Finding[] } => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-template-'));
  try {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const errors = findErrors(file);
    return { errors, violations: errors.length > 0 ? [] : findViolations(file) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { judgeRoles } from '../../infra/tools/judge-roles.ts';
import { roleGrants } from '../../infra/tools/role-grants.ts';
import { SEEN_ACTIONS_FILE } from '../../infra/tools/seen-actions-file.ts';
import { SOURCE_STAGE, sourceTemplate } from '../../infra/tools/source-template.ts';
import { unseenActions } from '../../infra/tools/unseen-actions.ts';
import { clearSeenActions, missingTests, readSeenActions, recordingTests } from './seen-actions.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * After the tests, fails the run when a function was seen doing what its role does not allow. When every test that
 * records has run, also for what a role allows and nothing has asked for.
 */
export default class SeenActionsReporter {
  #error;

  onRunStart() {
    clearSeenActions();
    rmSync(SEEN_ACTIONS_FILE, { force: true });
  }

  onRunComplete(_contexts, { testResults }) {
    const records = readSeenActions();
    if (records.length === 0) return;
    const ran = testResults.map(
      ({ testFilePath, displayName, numFailingTests, numPendingTests, testExecError, skipped }) => ({
        test: relative(root, testFilePath),
        project: displayName?.name ?? '',
        isWhole: numFailingTests + numPendingTests === 0 && testExecError === undefined && !skipped,
      }),
    );
    const missing = missingTests(ran, records, recordingTests());
    const seen = records.flatMap((record) => record.seen);
    const judged = judgeRoles(roleGrants(sourceTemplate(), SOURCE_STAGE), seen, unseenActions);
    const problems = [
      ...judged.notAllowed.map((line) => `not allowed by the role of ${line}`),
      ...(missing.length > 0 ? [] : judged.neverSeen.map((line) => `allowed, but never seen: ${line}`)),
      ...(missing.length > 0
        ? []
        : judged.outlived.map((line) => `no longer needed in infra/tools/unseen-actions.ts: ${line}`)),
    ];
    if (missing.length === 0) {
      mkdirSync(dirname(SEEN_ACTIONS_FILE), { recursive: true });
      writeFileSync(SEEN_ACTIONS_FILE, JSON.stringify(seen));
    }
    if (problems.length === 0) return;
    const text = `Roles (infra/roles.yml) and what functions were seen doing differ:\n${problems.map((line) => `  ${line}`).join('\n')}`;
    process.stderr.write(`${text}\n`);
    this.#error = new Error(text);
  }

  getLastError() {
    return this.#error;
  }
}

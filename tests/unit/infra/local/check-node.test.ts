import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../../..');

/** Runs the check as a Node.js of that version would. */
const check = (version: string) => {
  const program = `
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
    await import('./infra/local/check-node.mjs');
    process.stdout.write('goes on');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' });
};

test.each(['22.18.0', '23.0.0', '24.21.0', '100.0.0'])('Node.js %s is new enough', (version) => {
  expect(check(version)).toMatchObject({ status: 0, stdout: 'goes on', stderr: '' });
});

test.each(['22.17.9', '20.20.2', '9.11.2'])(
  'Node.js %s is told what is needed, before anything else is read',
  (version) => {
    const { status, stdout, stderr } = check(version);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`needs Node.js 22.18 or newer; this is ${version}`));
  },
);

test('every script that runs TypeScript as it is checks first', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const unchecked = Object.entries(scripts).filter(
    ([, script]) => script.includes('.ts') && !script.startsWith('node --import ./infra/local/check-node.mjs '),
  );
  expect(unchecked).toEqual([]);
});

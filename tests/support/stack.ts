import { afterAll, beforeAll, expect } from '@jest/globals';
import { checkTable } from '../../infra/cli/doctor/check-table.ts';
import { scanTable } from '../../infra/cli/doctor/scan-table.ts';
import { type PreparedDemo, prepareDemo } from '../../infra/local/prepare-demo.ts';
import { type Stack, type StackOptions, startStack } from '../../infra/local/stack.ts';
import type { AwsFaults } from '../../infra/local/test-mode/aws-faults.ts';
import { builtFunctions } from './built-functions.ts';
import { endTestMode, testModeOptions } from './test-mode.ts';

export type TestStack = Stack & {
  demo: PreparedDemo;
  logs: string[];
  /** Makes AWS fail towards the functions: the table throttled, Secrets Manager unreachable. Ends with the test file. */
  awsFaults: AwsFaults;
};

/**
 * A whole stack for one test file, on free ports with state of its own: the bundles that deploy, dynoxide, the secret
 * store, sandbox and inbox, with the demo source applied. Read it inside tests, not while they are collected.
 * When the tests are over, every item of the table must be sound. A function that answers while its work is still open
 * fails the file.
 * @param connect whether the demo source is connected to the sandbox
 */
export const useStack = ({
  connect = true,
  ...options
}: StackOptions & { connect?: boolean } = {}): (() => TestStack) => {
  let stack: TestStack | undefined;
  beforeAll(async () => {
    const logs: string[] = [];
    const started = await startStack({
      log: (line) => void logs.push(line),
      testMode: testModeOptions(),
      functionsDir: await builtFunctions(),
      ...options,
    });
    try {
      if (started.testMode === undefined) throw new Error('a test stack always runs in test mode');
      const { faults: awsFaults } = started.testMode;
      stack = { ...started, logs, awsFaults, demo: await prepareDemo(started, { connect }) };
    } catch (error) {
      await started.close(); // or Jest would wait for it
      throw error;
    }
  });
  afterAll(async () => {
    if (stack === undefined) return;
    try {
      await expectSoundTable(stack);
    } finally {
      await stack.close();
    }
    endTestMode(stack);
  });
  return () => {
    if (stack === undefined) throw new Error('the stack is not up: read it inside a test');
    return stack;
  };
};

/** What `leadloop doctor --table` asks of every item holds at this moment, whatever the stack is doing. */
export const expectSoundTable = async ({ dynamoDb, records }: Pick<Stack, 'dynamoDb' | 'records'>): Promise<void> => {
  const items = scanTable(dynamoDb, records.name);
  const { findings, counts } = await checkTable(items, { nowMs: Date.now(), getMany: records.getMany });
  expect(findings).toEqual([]);
  expect(counts.lane).toBeGreaterThan(0); // it was this table that was looked at
};

/** Asks until the answer satisfies; fails with the last answer when the time is up. */
export const eventually = async <Answer>(
  ask: () => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
  withinMs = 15_000,
): Promise<Answer> => {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isEnough(answer)) return answer;
    if (Date.now() >= untilMs)
      throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

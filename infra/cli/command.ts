import type { Now } from '../../lib/platform/clock.ts';
import type { RandomId } from '../../lib/platform/ids.ts';
import type { Target } from './target.ts';

/** What a command has of the world; tests hand it another one. */
export type Surroundings = {
  now: Now;
  randomId: RandomId;
  /** The way to Zoho. */
  fetch: typeof globalThis.fetch;
  /** @throws {CliError} exit 3 when there is nothing to talk to */
  openTarget(stage: string | undefined): Promise<Target>;
  readFile(path: string): string;
  fileExists(path: string): boolean;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** Undefined without a terminal: then nothing is ever asked. */
  ask: ((question: string, options?: { hidden: boolean }) => Promise<string>) | undefined;
  /** Says something beside the result, on standard error. */
  note(text: string): void;
};

export type Flag = {
  type: 'string' | 'boolean';
  /** Stands for the value in the help, such as `N`. */
  value?: string;
  help: string;
};

export type Given = {
  positionals: string[];
  /** By flag name; absent flags are absent. */
  flags: Record<string, string | boolean | undefined>;
  /** The stack or stage to talk to, opened when first asked for. */
  target(): Promise<Target>;
};

/** `text` for people, `json` for programs; `exitCode` 1 says that something was found. */
export type Result = { text: string; json: unknown; exitCode?: 0 | 1 };

export type Command = {
  /** `source check`. */
  name: string;
  /** Positional arguments as the usage line shows them. */
  args: string;
  /** How many there may be. */
  takes: [least: number, most: number];
  summary: string;
  /** More than one line has room for. */
  details?: string;
  flags?: Record<string, Flag>;
  examples: string[];
  run(given: Given, surroundings: Surroundings): Promise<Result>;
};

/** 1: a finding. 2: wrong use. 3: nothing answers. */
export type ExitCode = 1 | 2 | 3;

/** Ends a command with a sentence that says what to do next. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly code: string;
  constructor(exitCode: ExitCode, code: string, message: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

export const usageError = (message: string): CliError => new CliError(2, 'usage', message);

/** @throws {CliError} exit 2 for a text flag that is not a whole number within bounds */
export const wholeNumber = (flags: Given['flags'], name: string, fallback: number, most: number): number => {
  const given = flags[name];
  if (given === undefined) return fallback;
  const number = Number(given);
  if (!/^\d+$/.test(String(given)) || number < 1 || number > most)
    throw usageError(`--${name} takes a whole number from 1 to ${most}.`);
  return number;
};

export const textFlag = (flags: Given['flags'], name: string): string | undefined => {
  const given = flags[name];
  return typeof given === 'string' ? given : undefined;
};

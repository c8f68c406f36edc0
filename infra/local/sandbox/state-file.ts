import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { ConfigurationError } from '../../../lib/platform/errors.ts';
import { noteSchema } from './crm/notes/note-store.ts';
import { orgStateSchema } from './crm/org-state.ts';
import { settingsWish } from './settings.ts';
import { webhooks } from './webhooks/webhook.ts';

const token = z.object({ token: z.string(), expiresAtMs: z.number() });
const grant = z.object({
  refreshToken: z.string(),
  scope: z.array(z.string()),
  createdAtMs: z.number(),
  mintedAtMs: z.array(z.number()),
  accessTokens: z.array(token),
});
const lookup = z.object({ id: z.string(), name: z.nullable(z.string()), email: z.optional(z.string()) });
const cell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string()),
  z.array(z.object({ name: z.string() })),
  lookup,
]);
const record = z.object({
  id: z.string(),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
  converted: z.boolean(),
  locked: z.optional(z.boolean()),
  values: z.record(z.string(), cell),
});
const records = z.array(record);

/** What outlives the process. Calls, faults, codes and sent webhooks do not. */
export const sandboxState = z.object({
  version: z.literal(1),
  client: z.object({ clientId: z.string(), clientSecret: z.string() }),
  lastId: z.string().check(z.regex(/^\d{19}$/)),
  grants: z.array(grant),
  // States of before conversion have no accounts.
  records: z.object({ Leads: records, Accounts: z._default(records, []), Contacts: records, Deals: records }),
  webhooks,
  org: z.optional(orgStateSchema),
  settings: z.optional(settingsWish),
  notes: z.optional(z.array(noteSchema)),
});
export type SandboxState = z.infer<typeof sandboxState>;

/**
 * The state of an earlier life; undefined when there is none.
 * @throws {ConfigurationError} `sandbox.state_unreadable`
 */
export const loadState = (path: string): SandboxState | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return sandboxState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw unreadable();
  }
};

const unreadable = (): ConfigurationError =>
  new ConfigurationError(
    'sandbox.state_unreadable',
    "The sandbox's saved state cannot be read. Delete its file, or start with --fresh.",
  );

const SETTLE_MS = 250;

export type StateFile = {
  /** Writes soon; what changes in the meantime goes along. */
  changed(): void;
  /** Resolves once all that has changed so far is written, or could not be. */
  kept(): Promise<void>;
};

/**
 * Keeps a file equal to the state. Each write replaces the whole file at once, so that a crash leaves the old or the new
 * one; a write that has not begun yet takes along whatever changes until then.
 */
export const createStateFile = (path: string, state: () => SandboxState): StateFile => {
  let timer: NodeJS.Timeout | undefined;
  let isDirty = false;
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    next = undefined;
    isDirty = false;
    clearTimeout(timer);
    timer = undefined;
    await mkdir(dirname(path), { recursive: true });
    const fresh = `${path}.${process.pid}.next`;
    await writeFile(fresh, JSON.stringify(state()), { mode: 0o600 }); // it holds tokens
    await rename(fresh, path);
  };
  const writeNow = (): Promise<void> => {
    if (next !== undefined) return next;
    writing = writing.then(write).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      process.stderr.write(`sandbox: its state could not be written (${code})\n`);
    });
    next = writing;
    return writing;
  };

  return {
    changed() {
      isDirty = true;
      timer ??= setTimeout(() => void writeNow(), SETTLE_MS).unref();
    },
    kept: () => (isDirty ? writeNow() : writing),
  };
};

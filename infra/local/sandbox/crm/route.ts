import type { Now } from '../../../../lib/platform/clock.ts';
import type { Need } from '../accounts/scopes.ts';
import type { Tokens } from '../accounts/tokens.ts';
import type { SandboxAnswer } from '../answer.ts';
import type { NextId } from '../ids.ts';
import type { Limits } from '../limits/limits.ts';
import type { ModuleName, Modules } from './modules.ts';
import type { NoteStore } from './notes/note-store.ts';
import type { OrgState } from './org-state.ts';
import type { RecordStore } from './record-store.ts';
import type { Written } from './write-records.ts';

export type CrmDeps = {
  tokens: Pick<Tokens, 'scopesOf'>;
  stores: Record<ModuleName, RecordStore>;
  modules: Modules;
  orgState: OrgState;
  /** The org's edition and licences. */
  limits: Pick<Limits, 'now'>;
  notes: NoteStore;
  nextId: NextId;
  /** Whether workflow webhooks may be sent to this machine. */
  allowLoopbackWebhooks: boolean;
  now: Now;
  /** Told of every record written; what it returns runs once the answer has left. */
  onWritten: (written: Written[], runsWorkflows: boolean) => () => void;
  /** Something worth keeping has changed that is no record. */
  changed: () => void;
};

/** What one path and method lead to, before anybody has asked who calls. */
export type Operation = {
  /** All of them are asked for. Undefined for a module nobody knows; the path is right all the same. */
  needs: Need[] | undefined;
  /** Where in the path the unknown module stands. */
  moduleIndex?: number;
  /** `granted`: the token's scopes, for what is only known once the call was read. */
  run: (granted: readonly string[]) => SandboxAnswer;
};
/** By method. */
export type Route = Partial<Record<string, Operation>>;

export const READ = ['READ'];
export const INSERT = ['CREATE', 'WRITE'];
export const UPDATE = ['UPDATE', 'WRITE'];
export const DELETE = ['DELETE'];

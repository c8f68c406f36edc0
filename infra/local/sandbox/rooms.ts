import type { Now } from '../../../lib/platform/clock.ts';
import type { Client } from './accounts/accounts-server.ts';
import type { Tokens } from './accounts/tokens.ts';
import type { Clock } from './clock.ts';
import type { CallLog } from './control/call-log.ts';
import type { Faults } from './control/faults.ts';
import type { ModuleName, Modules } from './crm/modules.ts';
import type { NoteStore } from './crm/notes/note-store.ts';
import type { OrgState } from './crm/org-state.ts';
import type { RecordStore } from './crm/record-store.ts';
import type { Written } from './crm/write-records.ts';
import type { NextId } from './ids.ts';
import type { Limits } from './limits/limits.ts';
import type { SandboxSettings, SettingsWish } from './settings.ts';
import type { Deliveries } from './webhooks/deliveries.ts';
import type { Webhook } from './webhooks/webhook.ts';

/** Everything one sandbox holds, for those that show or steer it as a whole. */
export type Rooms = {
  now: Now;
  clock: Clock;
  limits: Limits;
  /** Known once the server listens. */
  baseUrl: () => string;
  client: Client;
  tokens: Tokens;
  stores: Record<ModuleName, RecordStore>;
  modules: Modules;
  orgState: OrgState;
  notes: NoteStore;
  nextId: NextId;
  calls: CallLog;
  faults: Faults;
  deliveries: Deliveries;
  allowLoopbackWebhooks: boolean;
  webhooks: () => Webhook[];
  setWebhooks: (webhooks: Webhook[]) => void;
  settings: () => SandboxSettings;
  /** What the wish leaves out has its default again. */
  setSettings: (wish: SettingsWish) => void;
  /** Told of every record written; what it returns sends the webhooks and runs once the answer has left. */
  onWritten: (written: Written[], runsWorkflows: boolean) => () => void;
  /** Something worth keeping has changed. */
  changed: () => void;
  /** Resolves once all that has changed so far outlives the process, as far as anything does. */
  kept: () => Promise<void>;
};

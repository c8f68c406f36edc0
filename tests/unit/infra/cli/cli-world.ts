import type { Surroundings } from '../../../../infra/cli/command.ts';
import { commands } from '../../../../infra/cli/commands.ts';
import { run } from '../../../../infra/cli/run.ts';
import type { Target } from '../../../../infra/cli/target.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import { applySource } from '../../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { newWork, submissionKey } from '../../../../lib/work/work-item.ts';
import { createMemorySecrets } from '../../../support/memory-secrets.ts';
import { createMemoryTable, type MemoryTable } from '../../../support/memory-table.ts';

export const NOW = Date.parse('2026-11-21T09:30:00.000Z');

/** The command line over tables in memory: what an operator types, and what the terminal shows. */
export const cliWorld = (more: Partial<Surroundings> = {}) => {
  const others = new Map<string, MemoryTable>();
  const records = createMemoryTable('records', others);
  const tokens = createMemoryTable('tokens', others);
  const secrets = createMemorySecrets();
  let ids = 0;
  const randomId = (): string => {
    ids += 1;
    return `id${String(ids).padStart(24, '0')}`;
  };
  const target: Target = {
    stage: 'local',
    isLocal: true,
    records,
    scanRecords: async function* () {
      yield* records.items();
    },
    tokens,
    secrets,
    publicUrl: 'http://127.0.0.1:4400',
    extraHosts: {
      accounts: ['http://127.0.0.1:4401'],
      api: ['http://127.0.0.1:4401'],
      destinations: ['http://127.0.0.1:4402'],
    },
    close: () => undefined,
  };
  const files = new Map<string, string>();
  const notes: string[] = [];
  const surroundings: Surroundings = {
    now: () => NOW,
    randomId,
    fetch: async () => {
      throw new Error('nothing is asked of Zoho here');
    },
    openTarget: async () => target,
    readFile: (path) => files.get(path) ?? '',
    fileExists: (path) => files.has(path),
    readStdin: async () => '',
    ask: undefined,
    note: (text) => void notes.push(text),
    ...more,
  };
  const type = (line: string) => run(line.split(' '), commands, surroundings);
  return {
    records,
    tokens,
    secrets,
    files,
    notes,
    type,
    /** The result of a command that is to answer in JSON. */
    json: async (line: string) => JSON.parse((await type(`${line} --json`)).stdout),
    apply: (id: string, connection?: string) =>
      applySource(
        sourceSchema.parse({
          id,
          ...(connection === undefined ? {} : { connection }),
          forms: { contact: { fields: { Email: 'email' }, duplicateCheckFields: ['Email'] } },
        }),
        { table: records, secrets, stage: 'local', now: () => NOW, randomId },
      ),
    submission: async (id: string, attributes: Partial<Item> & { source?: string; connection?: string } = {}) => {
      const { source = 'demo', connection = source, ...rest } = attributes;
      const createdAtMs = typeof rest.createdAtMs === 'number' ? rest.createdAtMs : NOW - 60_000;
      const work: Item = newWork({
        pk: submissionKey(id),
        kind: 'submission',
        id,
        source,
        lane: connectionLane(connection),
        nowMs: createdAtMs,
      });
      await records.put({
        ...work,
        form: 'contact',
        connection,
        module: 'Leads',
        fields: { email: 'wing@example.com', last_name: 'Chan' },
        ...rest,
      });
    },
  };
};

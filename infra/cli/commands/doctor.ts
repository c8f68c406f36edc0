import { type Command, usageError } from '../command.ts';
import { checkTable } from '../doctor/check-table.ts';
import { countOf } from '../source-file.ts';
import { printable, textList } from '../text-table.ts';

const SHOWN = 50;

export const doctor: Command = {
  name: 'doctor',
  args: '--table',
  takes: [0, 0],
  summary: 'hold every item of the table to what must be true of it',
  details:
    'Every unfinished item has its lane and due time, every event its deliveries, nothing is sending without a claim\nthat lives, nothing unfinished expires, lanes and sources can be read. It changes nothing, and reads the whole\nRecords table: one read unit for each 8 KB. Results name items by their keys, nothing that somebody sent.',
  flags: { table: { type: 'boolean', help: 'examine the Records table' } },
  examples: ['npx leadloop doctor --table', 'npx leadloop doctor --table --stage prod --json'],
  run: async ({ flags, target: openTarget }, { now }) => {
    if (flags.table !== true) throw usageError('Say what to examine: npx leadloop doctor --table.');
    const { records, scanRecords } = await openTarget();
    const { findings, counts } = await checkTable(scanRecords(), { nowMs: now(), getMany: records.getMany });
    const kinds = textList(Object.entries(counts).sort(), '  ');
    const looked = `Looked at ${countOf(
      Object.values(counts).reduce((sum, count) => sum + count, 0),
      'item',
    )}.${kinds === '' ? '' : `\n${kinds}`}\n`;
    const shown = findings
      .slice(0, SHOWN)
      .map(({ pk, rule, message, next }) => `${printable(pk)}  ${rule}\n  ${printable(message)}\n  ${printable(next)}`);
    const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more; --json shows all.`] : [];
    return {
      text: [
        looked,
        ...(findings.length === 0
          ? ['Nothing is wrong.']
          : [...shown, ...more, `\n${countOf(findings.length, 'finding')}.`]),
      ].join('\n'),
      json: { counts, findings },
      exitCode: findings.length > 0 ? 1 : 0,
    };
  },
};

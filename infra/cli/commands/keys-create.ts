import { createSourceKey } from '../../../lib/sources/source-keys.ts';
import { CliError, type Command } from '../command.ts';
import { utc } from '../durations.ts';
import { unknownSource } from '../sources.ts';

export const keysCreate: Command = {
  name: 'keys create',
  args: 'SOURCE',
  takes: [1, 1],
  summary: 'create a second key, to replace one that is in use; it is shown once',
  details: 'At most two keys are live. Put the new one wherever the old one is used, then revoke the old one.',
  examples: ['npx leadloop keys create demo', 'npx leadloop keys create acme --stage prod --json'],
  run: async ({ positionals, target: openTarget }, { now, randomId }) => {
    const [source = ''] = positionals;
    const { records } = await openTarget();
    const created = await createSourceKey(source, { table: records, now, randomId });
    switch (created.status) {
      case 'unknown_source':
        throw await unknownSource(source, records);
      case 'too_many_keys': {
        const list = created.keys.map(({ id, createdAtMs }) => `${id} (${utc(createdAtMs)})`).join(', ');
        throw new CliError(
          1,
          'too_many_keys',
          `Two keys of ${source} are live already: ${list}. One has to be revoked first.`,
        );
      }
      case 'created':
        return {
          text: `API key  ${created.key}\nShown once: keep it now, only a digest of it is stored. Functions know it within a minute.`,
          json: { source, id: created.id, apiKey: created.key },
        };
    }
  },
};

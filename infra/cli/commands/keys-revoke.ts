import { revokeSourceKey } from '../../../lib/sources/source-keys.ts';
import { CliError, type Command } from '../command.ts';
import { unknownSource } from '../sources.ts';
import { printable } from '../text-table.ts';

export const keysRevoke: Command = {
  name: 'keys revoke',
  args: 'SOURCE KEY',
  takes: [2, 2],
  summary: 'take a key out of use, by its id, its beginning or itself',
  details: 'npx leadloop source show SOURCE lists the ids. Functions that have cached the source know within a minute.',
  examples: ['npx leadloop keys revoke demo 78tt4ypw', 'npx leadloop keys revoke acme ll_78tt4ypw --stage prod'],
  run: async ({ positionals, target: openTarget }, { now }) => {
    const [source = '', named = ''] = positionals;
    const { records } = await openTarget();
    const revoked = await revokeSourceKey(source, named, { table: records, now });
    switch (revoked.status) {
      case 'unknown_source':
        throw await unknownSource(source, records);
      case 'unknown_key':
        throw new CliError(
          1,
          'unknown_key',
          `${printable(source)} has no such key. npx leadloop source show ${printable(source)} lists them.`,
        );
      case 'ambiguous':
        throw new CliError(1, 'ambiguous_key', 'Two keys begin like that; name more of the one you mean.');
      case 'revoked':
        return {
          text: `Key ${revoked.id} of ${source} is revoked; ${revoked.left === 0 ? `none is left: npx leadloop keys create ${source}` : `${revoked.left} is left`}.`,
          json: { source, revoked: revoked.id, left: revoked.left },
        };
    }
  },
};

import { connectionOf } from '../../../lib/sources/source.ts';
import { readTokenItem } from '../../../lib/tokens/token-item.ts';
import { connectionLane, destinationLane } from '../../../lib/work/lane-name.ts';
import type { Command } from '../command.ts';
import { iso, utc } from '../durations.ts';
import { lanesByName, standingOf } from '../lanes.ts';
import { appliedSource } from '../sources.ts';
import { textList, textTable } from '../text-table.ts';

const section = (title: string, body: string): string => `\n${title}\n${body.replace(/^/gm, '  ')}`;

export const sourceShow: Command = {
  name: 'source show',
  args: 'ID',
  takes: [1, 1],
  summary: 'show an applied source: version, connection, forms, webhook, destinations, keys',
  examples: ['npx leadloop source show demo', 'npx leadloop source show acme --stage prod --json'],
  run: async ({ positionals, target: openTarget }, { now }) => {
    const [id = ''] = positionals;
    const { records, tokens, publicUrl, stage } = await openTarget();
    const applied = await appliedSource(id, records);
    const { source, version, keys, updatedAtMs } = applied;
    const connection = connectionOf(source);
    const token = await readTokenItem(tokens, connection);
    const names = [
      connectionLane(connection),
      ...Object.keys(source.destinations).map((name) => destinationLane(id, name)),
    ];
    const lanes = await lanesByName(records, names);
    const laneOf = (name: string): { state: string; reason?: string } => {
      const lane = lanes.get(name);
      if (lane === undefined) return { state: 'missing' };
      const { state, reason } = standingOf(lane, now());
      return { state, ...(reason === undefined ? {} : { reason }) };
    };
    const laneWords = (name: string): string => {
      const { state, reason } = laneOf(name);
      return reason === undefined ? state : `${state} (${reason})`;
    };

    const forms = Object.entries(source.forms).map(([name, form]) => ({
      name,
      url: `${publicUrl}/sources/${id}/forms/${name}`,
      module: form.module,
      fields: Object.keys(form.fields).length,
      duplicateCheckFields: form.duplicateCheckFields,
    }));
    const { webhook } = source;
    const text = [
      textList([
        ['source', `${id} (stage ${stage})`],
        ['version', `${version}, applied ${utc(updatedAtMs)}`],
        ['connection', connection],
        ['accounts server', source.zoho.accountsUrl],
        [
          'connected',
          token === undefined
            ? `no: npx leadloop connect ${id}`
            : `yes, grant ${token.grant}${token.orgName === undefined ? '' : `, ${token.orgName}`}`,
        ],
        ['lane', laneWords(connectionLane(connection))],
      ]),
      ...(forms.length === 0
        ? []
        : [
            section(
              'Forms',
              textTable(
                [
                  { title: 'form' },
                  { title: 'module' },
                  { title: 'fields', right: true },
                  { title: 'looked up by' },
                  { title: 'posts to' },
                ],
                forms.map(({ name, module, fields, duplicateCheckFields, url }) => [
                  name,
                  module,
                  fields,
                  duplicateCheckFields.join(', ') || 'nothing: inserts',
                  url,
                ]),
              ),
            ),
          ]),
      ...(webhook === undefined
        ? []
        : [
            section(
              'Webhook',
              textList([
                ['posts to', `${publicUrl}/sources/${id}?api_key=…`],
                [
                  'money',
                  `${typeof webhook.amountField === 'string' ? webhook.amountField : `${webhook.amountField.Leads}, ${webhook.amountField.Deals}`} as ${webhook.amountFormat}`,
                ],
                ['rate', `${webhook.exchangeRate} to ${webhook.currency}`],
                ['counts', webhook.count],
                ['extra', webhook.extra.join(', ')],
              ]),
            ),
          ]),
      ...(Object.keys(source.destinations).length === 0
        ? []
        : [
            section(
              'Destinations',
              textTable(
                [{ title: 'destination' }, { title: 'type' }, { title: 'lane' }, { title: 'url' }],
                Object.entries(source.destinations).map(([name, { type, url }]) => [
                  name,
                  type,
                  laneWords(destinationLane(id, name)),
                  url,
                ]),
              ),
            ),
          ]),
      section(
        'Keys',
        textTable(
          [{ title: 'id' }, { title: 'created' }],
          keys.map((key) => [key.id, utc(key.createdAtMs)]),
        ),
      ),
    ].join('\n');
    const json = {
      id,
      stage,
      version,
      updatedAt: iso(updatedAtMs),
      connection: {
        id: connection,
        connected: token !== undefined,
        grant: token?.grant,
        lane: laneOf(connectionLane(connection)),
      },
      forms,
      webhookUrl: webhook === undefined ? undefined : `${publicUrl}/sources/${id}`,
      destinations: Object.keys(source.destinations).map((name) => ({ name, lane: laneOf(destinationLane(id, name)) })),
      keys: keys.map((key) => ({ id: key.id, createdAt: iso(key.createdAtMs) })),
      source,
    };
    return { text, json };
  },
};

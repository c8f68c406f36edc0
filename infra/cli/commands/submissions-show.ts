import * as z from 'zod/mini';
import type { Command } from '../command.ts';
import { fromNow, iso, utc } from '../durations.ts';
import { mask, maskFields } from '../mask.ts';
import { summaryJson } from '../submission-json.ts';
import { type Submission, viewsOf } from '../submission-view.ts';
import { textList, textTable } from '../text-table.ts';
import { workById } from '../work.ts';

const section = (title: string, body: string): string[] =>
  body === '' ? [] : [`\n${title}\n${body.replace(/^/gm, '  ')}`];

const warningShown = z.object({ field: z.string(), code: z.string(), needs: z.optional(z.string()) });
const warningText = (warning: unknown): string => {
  const read = warningShown.safeParse(warning).data;
  if (read === undefined) return String(warning);
  return `${read.field}: ${read.code}${read.needs === undefined ? '' : ` (needs the scope ${read.needs})`}`;
};

/** What a person does about it, where that is the same for every submission with the reason. */
const nextStep = ({ id, source }: Submission, reason: string | undefined): string | undefined =>
  reason?.endsWith('_not_permitted') === true
    ? `npx leadloop connect ${source}, with the whole scope; then npx leadloop submissions rerun ${id}`
    : undefined;

export const submissionsShow: Command = {
  name: 'submissions show',
  args: 'ID',
  takes: [1, 1],
  summary: 'show one submission with every attempt; personal values are masked',
  flags: { reveal: { type: 'boolean', help: 'show personal values as they are' } },
  examples: ['npx leadloop submissions show ID', 'npx leadloop submissions show ID --reveal --stage prod'],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const [id = ''] = positionals;
    const { records } = await openTarget();
    const nowMs = now();
    const [view] = await viewsOf([await workById(records, 'submission', id, nowMs)], records, nowMs);
    if (view === undefined) throw new TypeError('one item has one view');
    const { item, reason, nextTryAtMs } = view;
    const reveals = flags.reveal === true;
    const fields = reveals ? (item.fields ?? {}) : maskFields(item.fields ?? {});
    const cdpId = item.cdpId === undefined || reveals ? item.cdpId : mask(item.cdpId);
    const text = [
      textList([
        ['id', item.id],
        ['source', `${item.source}/${item.form}`],
        ['came', utc(item.createdAtMs)],
        ['state', item.state],
        ['reason', reason],
        ['next step', nextStep(item, reason)],
        ['attempts', item.attempts],
        ['next try', nextTryAtMs === undefined ? undefined : fromNow(nextTryAtMs, nowMs)],
        [
          'Zoho',
          item.zohoId === undefined
            ? undefined
            : `${item.zohoModule ?? item.module} ${item.zohoId} (${item.zohoAction ?? item.reason})`,
        ],
        ['CDP id', cdpId],
      ]),
      ...section(
        'Attempts',
        textTable(
          [
            { title: 'at' },
            { title: 'outcome' },
            { title: 'code' },
            { title: 'field' },
            { title: 'took', right: true },
          ],
          item.history.map(({ atMs, outcome, code, field, durationMs }) => [
            utc(atMs),
            outcome,
            code,
            field,
            durationMs === undefined ? undefined : `${durationMs} ms`,
          ]),
        ),
      ),
      ...section('Warnings', (item.warnings ?? []).map(warningText).join('\n')),
      ...section(
        reveals ? 'Fields' : 'Fields (masked; --reveal shows them)',
        textList(
          Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
        ),
      ),
    ].join('\n');
    const json = {
      ...summaryJson(view),
      module: item.module,
      zohoModule: item.zohoModule,
      zohoAction: item.zohoAction,
      cdpId,
      history: item.history.map(({ atMs, ...attempt }) => ({ at: iso(atMs), ...attempt })),
      warnings: item.warnings ?? [],
      fields,
    };
    return { text, json };
  },
};

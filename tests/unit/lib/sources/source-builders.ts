import { randomBytes } from 'node:crypto';
import { createLog, type Log } from '../../../../lib/platform/log.ts';
import { type Source, sourceSchema } from '../../../../lib/sources/source.ts';

export const NOW = Date.parse('2026-11-21T09:30:00.000Z');

/** A source that is right; each test breaks or changes one thing. */
export const sourceOf = (more: Record<string, unknown> = {}): Source =>
  sourceSchema.parse({
    id: 'demo',
    connection: 'org',
    forms: {
      contact: {
        fields: { Last_Name: 'name', Email: { from: 'email', transform: 'email' } },
        duplicateCheckFields: ['Email'],
      },
    },
    webhook: { exchangeRate: '0.1282', currency: 'USD' },
    destinations: { inbox: { type: 'webhook', url: 'https://example.com/hook' } },
    ...more,
  });

/** Ids as long as real ones. */
export const testIds = (): string => randomBytes(13).toString('hex');

export const collectLog = (): { log: Log; lines: string[] } => {
  const lines: string[] = [];
  return {
    lines,
    log: createLog(
      (line) => lines.push(line),
      () => NOW,
    ),
  };
};

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Only what may be seen by anyone with access to the logs: ids, codes, counts, durations. */
export type LogFields = Record<string, string | number | boolean | undefined>;

/** `message` is a fixed, dotted name (`lane.backoff`), never text built from data. */
export type Log = (level: Level, message: string, fields?: LogFields) => void;

/**
 * Fields that may be logged at all. Everything else is dropped and counted: a new field is a decision, made here.
 * Redaction by name alone would miss what nobody thought of; an allow-list does not.
 */
const allowed: ReadonlySet<string> = new Set([
  'requestId',
  'function',
  'stage',
  'source',
  'connection',
  'form',
  'destination',
  'module',
  'lane',
  'kind',
  'id',
  'submissionId',
  'eventId',
  'deliveryId',
  'recordId',
  'owner',
  'version',
  'grant',
  'code',
  'reason',
  'status',
  'outcome',
  'state',
  'method',
  'route',
  'path',
  'host',
  'fault',
  'count',
  'items',
  'calls',
  'credits',
  'attempts',
  'attempt',
  'pace',
  'files',
  'bytes',
  'lanes',
  'started',
  'skipped',
  'durationMs',
  'waitMs',
  'dueAtMs',
  'untilMs',
  'ageMs',
  'oldestDueAgeMs',
  'error',
  'step',
  'field',
]);

/** Shapes of secrets, whatever field they turn up in. */
const SECRETS =
  /1000\.[0-9a-f]{16,}(\.[0-9a-f]+)?|whsec_\S+|ll_[0-9a-z_-]{8,}|(Zoho-oauthtoken|Bearer)\s+\S+|[^\s@]+@[^\s@]+\.[^\s@]+/gi;

/** The shapes are looked for in so much of a text: the time that takes grows with the square of its length. */
const MAX_SEARCHED = 2_048;

const shorten = (text: string): string => {
  const clean = text.slice(0, MAX_SEARCHED).replace(SECRETS, '***');
  return clean.length > 256 ? `${clean.slice(0, 256)}…` : clean;
};

/** Writes one JSON object a line. Query strings never reach it: a path is cut at its `?`. */
export const createLog =
  (write: (line: string) => void, now: () => number, base: LogFields = {}): Log =>
  (level, message, fields = {}) => {
    const line: Record<string, string | number | boolean> = {
      time: new Date(now()).toISOString(),
      level,
      message: shorten(message),
    };
    let dropped = 0;
    for (const [name, value] of Object.entries({ ...base, ...fields })) {
      if (value === undefined) continue;
      if (!allowed.has(name)) dropped += 1;
      else if (typeof value !== 'string') line[name] = value;
      else line[name] = shorten(name === 'path' ? (value.split('?', 1)[0] ?? '') : value);
    }
    if (dropped > 0) line.droppedFields = dropped;
    write(JSON.stringify(line));
  };

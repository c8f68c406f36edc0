import fc from 'fast-check';

const seedGiven = process.env.FUZZ_SEED;
const runsGiven = process.env.FUZZ_RUNS;

/**
 * How a fuzz runs: with a seed of its own each time, which is printed, so that a failure in CI can be met again with
 * `FUZZ_SEED=… npm test -- <file>`; `FUZZ_RUNS` makes it a long one.
 */
export const fuzzed = (
  runs: number,
): { numRuns: number; seed: number; interruptAfterTimeLimit?: number; markInterruptAsFailure?: boolean } => {
  const seed = seedGiven === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedGiven);
  process.stderr.write(`FUZZ_SEED=${seed}\n`);
  return { seed, numRuns: runsGiven === undefined ? runs : Number(runsGiven) };
};

/** Stands in values that are sent: it must come back in no refusal and no log line. */
export const MARK = 'Zq9Mark';

const FRAGMENTS = [
  '',
  ' ',
  'null',
  '-None-',
  '${Leads.Lead Status}',
  '__proto__',
  'constructor',
  'toString',
  `<script>alert('${MARK}')</script>`,
  '"\'><img src=x onerror=alert(1)>',
  '\r\nSet-Cookie: a=b',
  '\0',
  '\u202e',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '\udc00',
  '%00',
  '%',
  '%E0%A4',
  '1e400',
  '99999999999999999999',
  '-1',
  '../../etc/passwd',
  'https://evil.example.com/',
  '{"a":1}',
  '[]',
  ';',
  ',',
  '=',
  '&',
  '香港',
  '😀',
];

/** Any 16-bit units, halves of surrogate pairs among them. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

/** Text as somebody with bad intentions, or a broken program, would send it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 2, arbitrary: units },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...FRAGMENTS), fc.nat(300)).map(([text, times]) => text.repeat(times)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9_000 }).map((length) => 'x'.repeat(length)) },
);
const marked = hostileText.map((text) => `${MARK}${text}`);

/** Names a route knows, and others. */
const nameFrom = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: hostileText.map((text) => text.replaceAll(MARK, '')) },
  );

type Pair = [name: string, value: string];
const pairsOf = (known: readonly string[], good: readonly Pair[]): fc.Arbitrary<Pair[]> =>
  fc
    .tuple(fc.boolean(), fc.array(fc.tuple(nameFrom(known), marked), { maxLength: 8 }))
    .map(([isGood, more]) =>
      isGood ? [...good.filter(([name]) => !more.some(([other]) => other === name)), ...more] : more,
    );

/** What stands for itself in a form body is left to stand there now and then. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+');
const urlencode = (pairs: Pair[]): string => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

export const BOUNDARY = 'a-boundary';
const multipart = (pairs: Pair[], heads: string[]): string =>
  `${pairs
    .map(
      ([name, value], index) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22').replace(/[\r\n]/g, ' ')}"${heads[index % Math.max(1, heads.length)] ?? ''}\r\n\r\n${value}\r\n`,
    )
    .join('')}--${BOUNDARY}--\r\n`;
const partHead = fc.constantFrom(
  '',
  '',
  '',
  '; filename="a.txt"',
  '; filename*=x',
  '\r\nContent-Type: text/plain; charset=x',
  '\r\nX: y',
  '\r\n\r\n',
  '; name="b"',
);

const jsonValue = fc.oneof(
  { weight: 4, arbitrary: marked as fc.Arbitrary<unknown> },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, true, 1e21, -0, [], {}, ['a'], [['a']], { name: 'x' }, [null]),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown> },
);
const jsonOf = (known: readonly string[], good: readonly Pair[]): fc.Arbitrary<string> =>
  fc.tuple(fc.boolean(), fc.array(fc.tuple(nameFrom(known), jsonValue), { maxLength: 8 })).map(([isGood, more]) => {
    const all: Array<[string, unknown]> = isGood ? [...good, ...more] : more;
    return `{${all.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  });

/** One cut, one splice, one flipped byte, or a piece that comes again. */
const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
  fc.tuple(fc.nat(), hostileText).map(([at, text]) => (bytes: Buffer) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(text), bytes.subarray(place)]);
  }),
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
    const changed: Buffer = Buffer.from(bytes);
    if (changed.length > 0) changed[at % changed.length] = byte;
    return changed;
  }),
  fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 400 })).map(([from, to, times]) => (bytes: Buffer) => {
    const [start, end] = [from % (bytes.length + 1), to % (bytes.length + 1)].sort((a, b) => a - b) as [number, number];
    return Buffer.concat([bytes, ...Array.from({ length: times }, () => bytes.subarray(start, end))]).subarray(
      0,
      80_000,
    );
  }),
);

export type HostileBody = { type: string | undefined; bytes: Buffer; isDamaged: boolean };

/** A body in one of the encodings, right or wrongly named, whole or damaged. */
export const hostileBody = (known: readonly string[], good: readonly Pair[]): fc.Arbitrary<HostileBody> => {
  const pairs = pairsOf(known, good);
  const whole = fc.oneof(
    pairs.map((all) => ({ type: 'application/x-www-form-urlencoded', text: urlencode(all) })),
    jsonOf(known, good).map((text) => ({ type: 'application/json', text })),
    fc
      .tuple(pairs, fc.array(partHead, { maxLength: 3 }))
      .map(([all, heads]) => ({ type: `multipart/form-data; boundary=${BOUNDARY}`, text: multipart(all, heads) })),
  );
  const otherType = fc.option(
    fc.oneof(
      fc.constantFrom(
        'text/plain',
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'application/xml',
      ),
      hostileText,
    ),
    { nil: undefined },
  );
  return fc
    .record({
      whole,
      otherType,
      isMistyped: fc.nat(5),
      damages: fc.array(damage, { maxLength: 3 }),
      isWhole: fc.boolean(),
    })
    .map(({ whole: { type, text }, otherType: wrong, isMistyped, damages, isWhole }) => {
      const bytes: Buffer = Buffer.from(text);
      const isDamaged = !isWhole && damages.length > 0;
      return {
        type: isMistyped === 0 ? wrong : type,
        bytes: isDamaged ? damages.reduce<Buffer>((now, change) => change(now), bytes) : bytes,
        isDamaged,
      };
    });
};

const asHeader = (text: string): string =>
  [...text].filter((one) => one === '\t' || (one >= ' ' && one <= '\xff' && one !== '\x7f')).join('');

/** Headers a browser, a proxy or an attacker adds. Values are what can travel in a header: no line breaks, no NUL. */
export const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'accept',
    'origin',
    'referer',
    'host',
    'cookie',
    'authorization',
    'idempotency-key',
    'content-encoding',
    'x-forwarded-host',
    'user-agent',
    'sec-purpose',
    'x-moz',
    '__proto__',
  ),
  fc.oneof(
    fc.constantFrom('text/html', 'application/json', 'null', 'http://127.0.0.1:4402', 'identity', 'prefetch'),
    marked.map(asHeader),
  ),
  { maxKeys: 5 },
);

const queryPart = hostileText.map((text) => encodeURIComponent(text.toWellFormed()));
/** A query as it stands in the address: encoded, half encoded, not at all. */
export const hostileQuery = (known: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom(...known), queryPart),
        fc.oneof(queryPart, fc.constantFrom(MARK, '%', '%zz', '%ff', '+', '')),
        fc.constantFrom('=', '=', '=', '', '=='),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.map(([name, value, sign]) => `${name}${sign}${value}`).join('&'));

import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { checkSource, type SourceCheck, type SourceProblem } from './check-source.ts';

export type { SourceProblem } from './check-source.ts';

const MAX_BYTES = 256 * 1024;
/** Aliases in all, counted as they unfold: enough to share a few blocks, too few for a bomb. */
const MAX_ALIASES = 100;

const wholeFile = (message: string): { problems: SourceProblem[] } => ({ problems: [{ path: '', message }] });

/** For people who do not know the library's codes; its own messages may quote the file. */
const yamlMessages: Record<string, string> = {
  TAB_AS_INDENT: 'lines are indented by blanks, not by tabs',
  BAD_ALIAS: 'the alias does not fit an anchor above it',
  MULTIPLE_DOCS: 'the file must hold one document',
  BAD_INDENT: 'the indentation does not fit the lines above',
  MISSING_CHAR: 'a colon, quote or bracket is missing',
  TAG_RESOLVE_FAILED: 'tags such as !name are not used here',
};

type KeyPlace = { offset: number; path: string[] };

/** Every key of the file with its path. */
const keyPlaces = (document: Document): KeyPlace[] => {
  const places: KeyPlace[] = [];
  visit(document, {
    Pair: (_, pair, ancestors) => {
      const offset = offsetOf(pair.key);
      const path = [...ancestors, pair].filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : ''));
      if (offset !== undefined) places.push({ offset, path });
    },
  });
  return places;
};

const yamlProblems = (document: Document, lines: LineCounter): SourceProblem[] => {
  const places = keyPlaces(document);
  const broken = [...document.errors, ...document.warnings].map(({ code, pos }) => {
    const { line } = lines.linePos(pos[0]);
    const key = code === 'DUPLICATE_KEY' ? places.find(({ offset }) => offset === pos[0]) : undefined;
    if (key !== undefined) return { path: key.path.join('.'), message: 'stands there twice', line };
    return {
      path: '',
      message: `is not readable as YAML: ${yamlMessages[code] ?? code.toLowerCase().replaceAll('_', ' ')}`,
      line,
    };
  });
  // It would vanish, or worse, on the way into an object.
  const forbidden = places
    .filter(({ path }) => path.at(-1) === '__proto__')
    .map(({ path, offset }) => ({
      path: path.join('.'),
      message: 'is not known here',
      line: lines.linePos(offset).line,
    }));
  return [...broken, ...forbidden];
};

const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);
const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

/** Where the path stands, or as much of it as stands there. */
const offsetAt = (document: Document, path: string[]): number | undefined => {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const step of path) {
    const inside = resolved(node, document);
    if (isMap(inside)) {
      const pair = inside.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return offset;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(inside)) {
      node = inside.items[Number(step)];
      offset = offsetOf(node) ?? offset;
    } else return offset;
  }
  return offset;
};

/** Numbers that must stay exact are read as they are written: `0.10` has two decimals, and no float lies between. */
const keepSourceText = (document: Document): void => {
  const node = document.getIn(['webhook', 'exchangeRate'], true);
  if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
};

/**
 * Reads a source file: YAML 1.2, at most 256 KB, no key twice.
 * @returns the source, or every problem with its path and, where the file has one, its line (from 1)
 */
export const readSourceFile = (text: string): SourceCheck => {
  if (Buffer.byteLength(text) > MAX_BYTES) return wholeFile('is larger than 256 KB');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    logLevel: 'error',
  });
  const broken = yamlProblems(document, lines);
  if (broken.length > 0) return { problems: broken };

  keepSourceText(document);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    return wholeFile('has aliases that unfold too far, or into themselves');
  }
  const checked = checkSource(content);
  if ('source' in checked) return checked;
  const problems = checked.problems.map((problem) => {
    const offset = offsetAt(document, problem.path === '' ? [] : problem.path.split('.'));
    return offset === undefined ? problem : { ...problem, line: lines.linePos(offset).line };
  });
  return { problems };
};

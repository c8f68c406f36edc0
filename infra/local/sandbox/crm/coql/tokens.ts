/** One word, text or sign of a query. `quoted` texts are never keywords. */
export type Token = { kind: 'word' | 'quoted' | 'sign'; text: string };

const SPACE_SIGN_OR_WORD = /\s+|(?<sign><=|>=|!=|[=<>(),])|(?<word>[^\s'"=<>!(),]+)/y;
const MAX_NEAR = 20;

/** The query cut into tokens; `near` is where nothing fits, as when a text is never closed. */
export const readTokens = (query: string): { status: 'read'; tokens: Token[] } | { status: 'wrong'; near: string } => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const quoted = readQuoted(query, at);
    if (quoted) {
      tokens.push({ kind: 'quoted', text: quoted.text });
      at = quoted.end;
      continue;
    }
    SPACE_SIGN_OR_WORD.lastIndex = at;
    const match = SPACE_SIGN_OR_WORD.exec(query);
    if (!match) return { status: 'wrong', near: query.slice(at, at + MAX_NEAR) };
    const { sign, word } = match.groups ?? {};
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    at += match[0].length;
  }
  return { status: 'read', tokens };
};

/**
 * A text in single or double quotation marks. Its own mark stands inside it twice, as in SQL; a backslash means itself.
 * Read mark by mark: one regular expression for it would exhaust the stack over a long text.
 */
const readQuoted = (query: string, start: number): { text: string; end: number } | undefined => {
  const mark = query[start];
  if (mark !== "'" && mark !== '"') return undefined;
  for (let from = start + 1; ; ) {
    const found = query.indexOf(mark, from);
    if (found === -1) return undefined;
    if (query[found + 1] !== mark)
      return { text: query.slice(start + 1, found).replaceAll(mark + mark, mark), end: found + 1 };
    from = found + 2;
  }
};

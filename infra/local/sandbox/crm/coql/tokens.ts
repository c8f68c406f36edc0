/**
 * One word, text or sign of a query. `quoted` texts are never keywords; `at` counts characters from 0. Zoho writes a
 * quotation mark inside a text twice, as SQL does; a backslash means itself.
 */
export type Token = { kind: 'word' | 'quoted' | 'sign'; text: string; at: number };

const TOKEN =
  /\s+|(?<sign><=|>=|!=|[=<>(),])|'(?<single>[^']*(?:''[^']*)*)'|"(?<double>[^"]*(?:""[^"]*)*)"|(?<word>[^\s'"=<>!(),]+)/y;

/** The query cut into tokens; `near` is where nothing fits, as when a text is never closed. */
export const readTokens = (
  query: string,
): { status: 'read'; tokens: Token[] } | { status: 'wrong'; near: string; at: number } => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(query);
    if (!match) return { status: 'wrong', near: query.slice(at, at + MAX_NEAR), at };
    const { sign, single, double, word } = match.groups ?? {};
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (single !== undefined) tokens.push({ kind: 'quoted', text: single.replaceAll("''", "'"), at });
    else if (double !== undefined) tokens.push({ kind: 'quoted', text: double.replaceAll('""', '"'), at });
    at += match[0].length;
  }
  return { status: 'read', tokens };
};

const MAX_NEAR = 20;

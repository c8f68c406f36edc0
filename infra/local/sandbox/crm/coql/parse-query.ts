import type { Operator } from '../criterion-test.ts';
import { type Column, type Condition, DEFAULT_LIMIT, type Query } from './query.ts';
import { readTokens, type Token } from './tokens.ts';

/** Why a text is no query. `details` and `message` are those of Zoho's SYNTAX_ERROR. */
export type SyntaxProblem = { details: Record<string, unknown>; message: string };
export type ParsedQuery = { status: 'parsed'; query: Query } | { status: 'wrong'; problem: SyntaxProblem };

/** Deeper than 25 criteria can need; without a bound a long row of parentheses would exhaust the stack. */
const MAX_DEPTH = 100;

class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Reads `select … from … where … [order by …] [limit …]`. Keywords in any case; conditions of more than two criteria
 * in pairs of parentheses, as Zoho wants them: `((a and b) and c)`. Functions, joins and `group by` are not supported.
 */
export const parseQuery = (text: string): ParsedQuery => {
  const read = readTokens(text);
  if (read.status === 'wrong')
    return {
      status: 'wrong',
      problem: { details: { near: read.near }, message: 'error occured while parsing the query' },
    };
  try {
    return { status: 'parsed', query: new QueryReader(read.tokens).query() };
  } catch (error) {
    if (error instanceof QuerySyntaxError) return { status: 'wrong', problem: error.problem };
    throw error;
  }
};

const SIGNS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const NEGATABLE: ReadonlySet<string> = new Set(['in', 'like', 'between']);
const isOperator = (text: string): text is Operator => SIGNS.has(text) || NEGATABLE.has(text.replace(/^not /, ''));

/** Where in the query a reader stands; each method reads one part of it and throws `QuerySyntaxError`. */
class QueryReader {
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    if (!this.#takeWord('select')) throw missingClause('select');
    const columns = this.#list(() => this.#column());
    if (!this.#takeWord('from')) throw this.#atEnd() ? missingClause('from') : this.#unexpected();
    const moduleName = this.#name();
    if (!this.#takeWord('where')) throw this.#startsTail() ? missingClause('where') : this.#unexpected();
    const where = this.#condition();
    const orderBy = this.#takeWord('order') ? this.#orderBy() : [];
    const range = this.#range();
    if (this.#isWord('group')) throw notSupported();
    if (!this.#atEnd()) throw this.#unexpected();
    return { columns, moduleName, where, orderBy, ...range };
  }

  #column(): Column {
    const name = this.#name();
    if (this.#isSign('(')) throw notSupported();
    if (!this.#takeWord('as')) return { name, alias: undefined };
    const alias = this.#take();
    if (alias?.kind !== 'word' && alias?.kind !== 'quoted') throw this.#unexpected(alias);
    return { name, alias: alias.text };
  }

  /** `a`, or `a and b` where a and b stand alone or in parentheses. */
  #condition(): Condition {
    const left = this.#operand();
    const kind = this.#takeWord('and') ? 'and' : this.#takeWord('or') ? 'or' : undefined;
    if (kind === undefined) return left;
    const right = this.#operand();
    if (this.#isWord('and') || this.#isWord('or')) throw this.#unexpected();
    return { kind, left, right };
  }

  #operand(): Condition {
    if (!this.#isSign('(')) return this.#criterion();
    const open = this.#take();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#unexpected(open);
    const condition = this.#condition();
    this.#takeSign(')');
    this.#depth -= 1;
    return condition;
  }

  #criterion(): Condition {
    const column = this.#name();
    if (this.#isSign('(')) throw notSupported();
    const operator = this.#operator();
    return { kind: 'criterion', criterion: { column, operator, values: this.#values(operator) } };
  }

  #operator(): Operator {
    if (this.#takeWord('is')) {
      const isNegated = this.#takeWord('not');
      if (!this.#takeWord('null')) throw this.#unexpected();
      return isNegated ? 'is not null' : 'is null';
    }
    const token = this.#take();
    if (token === undefined || token.kind === 'quoted') throw this.#unexpected(token);
    const word = token.text.toLowerCase();
    const operator = word === 'not' ? `not ${this.#take()?.text.toLowerCase() ?? ''}` : word;
    if (isOperator(operator)) return operator;
    throw new QuerySyntaxError({ details: { operator: word }, message: 'operator not supported' });
  }

  #values(operator: Operator): string[] {
    switch (operator) {
      case 'is null':
      case 'is not null':
        return [];
      case 'between':
      case 'not between': {
        const from = this.#value();
        if (!this.#takeWord('and')) throw this.#unexpected();
        return [from, this.#value()];
      }
      case 'in':
      case 'not in': {
        this.#takeSign('(');
        if (this.#isWord('select')) throw notSupported();
        const values = this.#list(() => this.#value());
        this.#takeSign(')');
        return values;
      }
      default:
        return [this.#value()];
    }
  }

  #value(): string {
    const token = this.#take();
    if (token === undefined || token.kind === 'sign') throw this.#unexpected(token);
    return token.text;
  }

  #orderBy(): Query['orderBy'] {
    if (!this.#takeWord('by')) throw this.#unexpected();
    return this.#list(() => {
      const column = this.#name();
      const descending = this.#takeWord('desc');
      if (!descending) this.#takeWord('asc');
      return { column, descending };
    });
  }

  /** `limit count`, `limit offset, count`, `limit count offset offset`, or `offset offset` alone. */
  #range(): Pick<Query, 'offset' | 'limit'> {
    let offset = '0';
    let limit = String(DEFAULT_LIMIT);
    if (this.#takeWord('limit')) {
      limit = this.#value();
      if (this.#isSign(',')) {
        this.#takeSign(',');
        offset = limit;
        limit = this.#value();
      }
    }
    if (this.#takeWord('offset')) offset = this.#value();
    return { offset, limit };
  }

  #list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.#isSign(',')) {
      this.#takeSign(',');
      items.push(read());
    }
    return items;
  }

  /** Of a column or a module; one that is a keyword too has to stand in quotation marks. */
  #name(): string {
    const token = this.#take();
    if (token === undefined || token.kind === 'sign' || this.#isKeyword(token)) throw this.#unexpected(token);
    return token.text;
  }

  #isKeyword({ kind, text }: Token): boolean {
    return kind === 'word' && /^(?:select|from|where|order|group|limit|offset|and|or|by)$/i.test(text);
  }

  #startsTail(): boolean {
    return this.#atEnd() || ['order', 'limit', 'offset', 'group'].some((word) => this.#isWord(word));
  }

  #atEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  #take(): Token | undefined {
    const token = this.#tokens[this.#next];
    if (token) this.#next += 1;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const found = this.#isWord(word);
    if (found) this.#next += 1;
    return found;
  }

  #isSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'sign' && token.text === sign;
  }

  #takeSign(sign: string): void {
    if (!this.#isSign(sign)) throw this.#unexpected();
    this.#next += 1;
  }

  #unexpected(token: Token | undefined = this.#tokens[this.#next]): QuerySyntaxError {
    return new QuerySyntaxError({
      details: { near: token?.text ?? '' },
      message: 'error occured while parsing the query',
    });
  }
}

const missingClause = (clause: string): QuerySyntaxError =>
  new QuerySyntaxError({ details: { clause }, message: 'missing clause' });

const notSupported = (): QuerySyntaxError =>
  new QuerySyntaxError({ details: {}, message: 'given coql query not supported' });

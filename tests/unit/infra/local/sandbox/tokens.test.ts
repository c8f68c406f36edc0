import { describe, expect, test } from '@jest/globals';
import { createTokens, type Tokens } from '../../../../../infra/local/sandbox/accounts/tokens.ts';

const MINUTE = 60_000;

const setUp = () => {
  let nowMs = 1_800_000_000_000;
  let made = 0;
  const tokens = createTokens({ now: () => nowMs, randomToken: () => `t${++made}` });
  return {
    tokens,
    pass: (ms: number) => {
      nowMs += ms;
    },
    now: () => nowMs,
  };
};

const connect = (tokens: Tokens, scope = ['ZohoCRM.modules.ALL']) => {
  const granted = tokens.exchange(tokens.issueCode(scope, 10));
  if (granted.status !== 'granted') throw new Error(granted.error);
  return granted;
};
const refused = (error: string) => ({ status: 'refused', error });

describe('codes', () => {
  test('a code is good once', () => {
    const { tokens } = setUp();
    const code = tokens.issueCode(['ZohoCRM.org.READ'], 3);
    expect(tokens.exchange(code)).toMatchObject({ status: 'granted', scope: ['ZohoCRM.org.READ'] });
    expect(tokens.exchange(code)).toEqual(refused('invalid_code'));
  });

  test('a code dies after the minutes it was made for', () => {
    const { tokens, pass } = setUp();
    const early = tokens.issueCode([], 3);
    const late = tokens.issueCode([], 3);
    pass(3 * MINUTE - 1);
    expect(tokens.exchange(early).status).toBe('granted');
    pass(1);
    expect(tokens.exchange(late)).toEqual(refused('invalid_code'));
  });

  test('the eleventh code within ten minutes is denied, one made after them is not', () => {
    const { tokens, pass } = setUp();
    for (let made = 0; made < 10; made += 1) tokens.issueCode([], 10);
    const eleventh = tokens.issueCode([], 10);
    expect(tokens.exchange(eleventh)).toEqual(refused('access_denied'));
    pass(10 * MINUTE);
    expect(tokens.exchange(tokens.issueCode([], 10)).status).toBe('granted');
  });

  test('only codes made on the screen that can still be used are shown there', () => {
    const { tokens, pass } = setUp();
    tokens.issueCode([], 10);
    const short = tokens.issueCode([], 3, true);
    const long = tokens.issueCode([], 10, true);
    expect(tokens.shownCodes().map(({ code }) => code)).toEqual([long, short]);
    pass(5 * MINUTE);
    expect(tokens.shownCodes().map(({ code }) => code)).toEqual([long]);
    tokens.exchange(long);
    expect(tokens.shownCodes()).toEqual([]);
  });
});

describe('access tokens', () => {
  test('ten are minted within ten minutes, counting the one of the exchange; the window slides', () => {
    const { tokens, pass } = setUp();
    const { refreshToken } = connect(tokens);
    for (let minted = 1; minted < 10; minted += 1) {
      pass(1_000);
      expect(tokens.refresh(refreshToken).status).toBe('granted');
    }
    expect(tokens.refresh(refreshToken)).toEqual(refused('throttled'));
    pass(10 * MINUTE - 9_000 - 1);
    expect(tokens.refresh(refreshToken)).toEqual(refused('throttled'));
    pass(1);
    expect(tokens.refresh(refreshToken).status).toBe('granted'); // the exchange is ten minutes old
    expect(tokens.refresh(refreshToken)).toEqual(refused('throttled'));
  });

  test("the limit is each refresh token's own", () => {
    const { tokens } = setUp();
    const first = connect(tokens);
    const second = connect(tokens);
    for (let minted = 1; minted < 10; minted += 1) tokens.refresh(first.refreshToken);
    expect(tokens.refresh(first.refreshToken).status).toBe('refused');
    expect(tokens.refresh(second.refreshToken).status).toBe('granted');
  });

  test('the sixteenth live one silently takes the place of the oldest', () => {
    const { tokens, pass } = setUp();
    const { accessToken: oldest, refreshToken } = connect(tokens);
    const others: string[] = [];
    for (let minted = 0; minted < 14; minted += 1) {
      pass(2 * MINUTE);
      const granted = tokens.refresh(refreshToken);
      if (granted.status === 'granted') others.push(granted.accessToken);
    }
    expect(others).toHaveLength(14);
    expect(tokens.scopesOf(oldest)).toBeDefined();
    pass(2 * MINUTE);
    expect(tokens.refresh(refreshToken).status).toBe('granted');
    expect(tokens.scopesOf(oldest)).toBeUndefined();
    expect(others.every((token) => tokens.scopesOf(token) !== undefined)).toBe(true);
  });

  test('they live an hour', () => {
    const { tokens, pass } = setUp();
    const { accessToken } = connect(tokens);
    pass(60 * MINUTE - 1);
    expect(tokens.scopesOf(accessToken)).toEqual(['ZohoCRM.modules.ALL']);
    pass(1);
    expect(tokens.scopesOf(accessToken)).toBeUndefined();
  });
});

describe('refresh tokens', () => {
  test('a refresh never changes the refresh token', () => {
    const { tokens } = setUp();
    const { refreshToken } = connect(tokens);
    expect(tokens.refresh(refreshToken)).toMatchObject({ refreshToken });
    expect(tokens.refresh(refreshToken)).toMatchObject({ refreshToken });
  });

  test("revoking one kills its access tokens and nobody else's", () => {
    const { tokens } = setUp();
    const gone = connect(tokens);
    const kept = connect(tokens);
    expect(tokens.revoke(gone.refreshToken)).toBe(true);
    expect(tokens.revoke(gone.refreshToken)).toBe(false);
    expect(tokens.scopesOf(gone.accessToken)).toBeUndefined();
    expect(tokens.refresh(gone.refreshToken)).toEqual(refused('invalid_code'));
    expect(tokens.scopesOf(kept.accessToken)).toBeDefined();
  });

  test('the twenty-first deletes the oldest together with its access tokens', () => {
    const { tokens, pass } = setUp();
    const oldest = connect(tokens);
    for (let made = 1; made < 20; made += 1) {
      pass(2 * MINUTE);
      connect(tokens);
    }
    expect(tokens.scopesOf(oldest.accessToken)).toBeDefined();
    pass(2 * MINUTE);
    connect(tokens);
    expect(tokens.scopesOf(oldest.accessToken)).toBeUndefined();
    expect(tokens.refresh(oldest.refreshToken)).toEqual(refused('invalid_code'));
  });

  test('no more than ten are made within ten minutes, however old the codes', () => {
    const { tokens, pass } = setUp();
    const codes = Array.from({ length: 10 }, () => tokens.issueCode([], 10));
    pass(10 * MINUTE - 1);
    for (const code of codes) expect(tokens.exchange(code).status).toBe('granted');
    pass(1);
    const next = tokens.issueCode([], 10);
    expect(tokens.exchange(next)).toEqual(refused('access_denied'));
    pass(10 * MINUTE - 1);
    expect(tokens.exchange(next).status).toBe('granted');
  });
});

test('what was saved goes on as it was', () => {
  const { tokens, now } = setUp();
  const { accessToken, refreshToken } = connect(tokens);
  const saved = JSON.parse(JSON.stringify(tokens.save()));
  const again = createTokens({ now, randomToken: () => 'later', saved });
  expect(again.scopesOf(accessToken)).toEqual(['ZohoCRM.modules.ALL']);
  expect(again.refresh(refreshToken).status).toBe('granted');
  expect(again.revoke(refreshToken)).toBe(true);
  expect(again.scopesOf(accessToken)).toBeUndefined();
});

test('a reset forgets codes and counts, and keeps the tokens', () => {
  const { tokens } = setUp();
  const { accessToken, refreshToken } = connect(tokens);
  for (let minted = 1; minted < 10; minted += 1) tokens.refresh(refreshToken);
  const code = tokens.issueCode([], 10);
  tokens.reset();
  expect(tokens.exchange(code)).toEqual(refused('invalid_code'));
  expect(tokens.scopesOf(accessToken)).toBeDefined();
  expect(tokens.refresh(refreshToken).status).toBe('granted');
});

import type { RawAnswer } from './raw-http.ts';

const MAX_JSON_BYTES = 16 * 1024;
const MAX_HTML_BYTES = 64 * 1024;

type Headers = Record<string, string | undefined>;

const htmlProblems = (headers: Headers): string[] => [
  ...(headers['content-type'] === 'text/html; charset=utf-8' ? [] : ['HTML without charset']),
  ...(headers['content-security-policy']?.includes("default-src 'none'") ? [] : ['HTML whose policy loads things']),
  ...(headers['content-security-policy']?.includes("frame-ancestors 'none'") ? [] : ['HTML that may be framed']),
  ...(headers['referrer-policy'] === 'no-referrer' ? [] : ['HTML that sends a referrer']),
];

/** Scripts of our own stand in the page's head or at its end; anything else that could run was brought in. */
const runsForeignScript = (body: string): boolean =>
  /<script[^>]*\ssrc|<img|<iframe|<object|<embed|<base|\son\w+\s*=|javascript:/i.test(body) ||
  [...body.matchAll(/<script>/g)].length > 1;

const jsonProblems = (status: number, body: string): string[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return ['JSON that cannot be read'];
  }
  if (status < 400) return [];
  const { error } = parsed as { error?: { code?: unknown; message?: unknown } };
  return typeof error?.code === 'string' && typeof error.message === 'string' ? [] : ['a refusal of another shape'];
};

/** What an answer of ours breaks of what every answer promises; empty when it keeps it all. */
export const brokenPromises = ({
  status,
  headers,
  body,
}: {
  status: number;
  headers: Headers;
  body: Buffer | string;
}): string[] => {
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  const type = headers['content-type'] ?? '';
  return [
    ...(status < 500 ? [] : [`status ${status}`]),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['no nosniff']),
    ...(headers['set-cookie'] === undefined ? [] : ['a cookie']),
    ...(type.startsWith('application/json') ? jsonProblems(status, text) : []),
    ...(type.startsWith('application/json') && bytes.length > MAX_JSON_BYTES ? ['more than 16 KB of JSON'] : []),
    ...(type.startsWith('text/html') ? htmlProblems(headers) : []),
    ...(type.startsWith('text/html') && runsForeignScript(text) ? ['a page that runs what was sent'] : []),
    ...(type.startsWith('text/html') && bytes.length > MAX_HTML_BYTES ? ['more than 64 KB of HTML'] : []),
    ...(type === '' && bytes.length > 0 ? ['a body without a type'] : []),
  ];
};

export const headersOf = ({ headers }: Pick<RawAnswer, 'headers'>): Headers => {
  const joined: Headers = Object.create(null);
  for (const [name, value] of headers) joined[name] = joined[name] === undefined ? value : `${joined[name]}, ${value}`;
  return joined;
};

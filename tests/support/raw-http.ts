import { connect } from 'node:net';

/** One answer as it came over the wire: header names in lower case, repeats kept. */
export type RawAnswer = { status: number; headers: Array<[name: string, value: string]>; body: Buffer };

export const headerOf = ({ headers }: RawAnswer, name: string): string | undefined => {
  const values = headers.filter(([one]) => one === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
};

const HEAD_END = '\r\n\r\n';

const unchunk = (bytes: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd === -1 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('the answer breaks off');
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
};

const parseAnswer = (bytes: Buffer): RawAnswer => {
  const end = bytes.indexOf(HEAD_END);
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end === -1 ? 0 : end).split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(statusLine) ?? [];
  if (status === undefined) throw new Error(`no answer: ${bytes.length} bytes and the connection ended`);
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  const rest = bytes.subarray(end + HEAD_END.length);
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked');
  return { status: Number(status), headers, body: isChunked ? unchunk(rest) : rest };
};

/**
 * Writes the bytes as they are, which no HTTP library would, and reads the one answer.
 * @param pieces written one after the other; a number waits so many milliseconds
 * @throws when there is no whole answer within `deadlineMs`
 */
export const sendRaw = (
  baseUrl: string,
  pieces: Array<Buffer | string | number>,
  { deadlineMs = 10_000 } = {},
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${deadlineMs} ms`));
    }, deadlineMs);
    const settle = (): void => {
      clearTimeout(deadline);
      try {
        resolve(parseAnswer(Buffer.concat(chunks)));
      } catch (error) {
        reject(error);
      }
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', settle);
    socket.on('error', () => undefined); // the server may end the connection while we still write; `close` follows
    socket.on('connect', async () => {
      for (const piece of pieces) {
        if (typeof piece === 'number') await new Promise((wake) => setTimeout(wake, piece));
        else if (socket.writable) socket.write(piece);
      }
    });
  });

export type RawRequest = {
  method?: string;
  /** The request target as it goes over the wire. */
  target: string;
  /** In order, repeats kept. `Host`, `Connection` and `Content-Length` are added where absent. */
  headers?: Array<readonly [name: string, value: string]>;
  body?: Buffer | string;
  /** Sends the body in so many parts with a pause before each. */
  slowly?: { parts: number; pauseMs: number };
};

/** The bytes of a request; nothing is tidied up. */
export const requestPieces = (
  { method = 'POST', target, headers = [], body = '', slowly }: RawRequest,
  host: string,
): Array<Buffer | string | number> => {
  const bytes = Buffer.from(body);
  const has = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
  const all = [
    ...(has('host') ? [] : [['Host', host] as const]),
    ...headers,
    ...(has('connection') ? [] : [['Connection', 'close'] as const]),
    ...(has('content-length') || has('transfer-encoding') || (bytes.length === 0 && method !== 'POST')
      ? []
      : [['Content-Length', String(bytes.length)] as const]),
  ];
  const head = `${method} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  if (slowly === undefined) return [Buffer.from(head, 'latin1'), bytes];
  const size = Math.ceil(bytes.length / slowly.parts);
  const parts = Array.from({ length: slowly.parts }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  return [Buffer.from(head, 'latin1'), ...parts.flatMap((part) => [slowly.pauseMs, part])];
};

import type { SandboxAnswer } from '../../../infra/local/sandbox/answer.ts';
import type { SandboxRequest } from '../../../infra/local/sandbox/request.ts';
import type { Sleep } from '../../../lib/platform/clock.ts';
import type { OutboundAnswer, Send } from '../../../lib/platform/outbound.ts';
import type { Audit } from './audit.ts';
import { lockSome } from './lock-records.ts';
import type { Noise } from './noise.ts';
import type { Receiver } from './receiver.ts';
import type { TroubleKind, Troubles } from './troubles.ts';

export type WireDeps = {
  clock: { now: () => number; sleep: Sleep };
  noise: Noise;
  troubles: Troubles;
  audit: Audit;
  zohoOrigin: string;
  zoho: (request: SandboxRequest) => Promise<SandboxAnswer>;
  receiver: Receiver;
};

type Reply = { status: number; body: string; headers?: Record<string, string> };
/** What the far side does, and how the way there is: the same for all of them. */
type FarSide = {
  kind: TroubleKind<'crm' | 'accounts' | 'inbox'> | undefined;
  act: (isLate: boolean) => Promise<Reply>;
};

const FAILED = {
  refused: { status: 'failed', code: 'network', maybeSent: false },
  cut: { status: 'failed', code: 'network', maybeSent: true },
  timeout: { status: 'failed', code: 'timeout', maybeSent: true },
} as const satisfies Record<string, OutboundAnswer>;

const answered = ({ status, body, headers = {} }: Reply): OutboundAnswer => ({
  status: 'answered',
  httpStatus: status,
  headers,
  body,
});

/** Answers that come in place of what the far side would have said. */
const IN_PLACE: Partial<Record<string, Reply>> = {
  http_429: { status: 429, body: '{"code":"TOO_MANY_REQUESTS","details":{},"message":"too many","status":"error"}' },
  http_500: { status: 500, body: '{"code":"INTERNAL_ERROR","details":{},"message":"internal","status":"error"}' },
  http_502: { status: 502, body: '<html><body>Bad Gateway</body></html>', headers: { 'content-type': 'text/html' } },
  http_302: { status: 302, body: '', headers: { location: 'https://elsewhere.example.com/' } },
  invalid_token: {
    status: 401,
    body: '{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}',
  },
  throttled: {
    status: 400,
    body: '{"error_description":"You have made too many requests continuously.","error":"Access Denied","status":"failure"}',
  },
};

/** Which values no two calls may carry at the same time: what Zoho would look the records up by. */
const checkedValues = (module: string, body: string): string[] => {
  const { data = [], duplicate_check_fields = [] } = JSON.parse(body) as {
    data?: Array<Record<string, unknown>>;
    duplicate_check_fields?: string[];
  };
  return data.flatMap((record) =>
    duplicate_check_fields
      .filter((field) => record[field] !== undefined)
      .map((field) => `${module}/${field}/${String(record[field]).toLowerCase()}`),
  );
};

/** The network in virtual time: everything a function sends out, on its way to the sandbox or to the receiver. */
export const createWire = ({ clock, noise, troubles, audit, zohoOrigin, zoho, receiver }: WireDeps): Send => {
  const travel = (): Promise<void> => clock.sleep(noise.between(10, noise.chance(0.1) ? 1_500 : 200));

  const carry = async ({ kind, act }: FarSide, deadlineMs: number): Promise<OutboundAnswer> => {
    await travel();
    if (kind === 'refused') return FAILED.refused;
    if (kind === 'cut') return FAILED.cut;
    if (kind === 'slow') await clock.sleep(noise.between(2_000, Math.max(2_000, deadlineMs - 4_000)));
    if (kind === 'hangs') await clock.sleep(deadlineMs * 2);
    if (kind === 'late') await clock.sleep(deadlineMs + noise.between(0, 30_000));
    const inPlace = kind === undefined ? undefined : IN_PLACE[kind];
    if (inPlace !== undefined || kind === 'hangs') {
      await travel();
      return answered(inPlace ?? { status: 504, body: '' });
    }
    const reply = await act(kind === 'late');
    if (kind === 'hangs_after') await clock.sleep(deadlineMs * 2);
    await travel();
    if (kind === 'cut_after') return FAILED.cut;
    if (kind === 'half') return answered({ ...reply, body: reply.body.slice(0, reply.body.length / 2) });
    return kind === 'http_500_after' ? answered({ status: 500, body: 'something broke' }) : answered(reply);
  };

  const askZoho = async (request: Request, body: string): Promise<Reply> => {
    const { pathname, searchParams } = new URL(request.url);
    const { status, body: text } = await zoho({
      method: request.method,
      path: pathname,
      query: searchParams,
      headers: Object.fromEntries(request.headers),
      body: Buffer.from(body),
    });
    return { status, body: text };
  };

  const toAccounts = (request: Request, body: string): { far: FarSide; end: () => void } => {
    const parameters = new URLSearchParams(body);
    const refreshToken = parameters.get('grant_type') === 'refresh_token' ? parameters.get('refresh_token') : null;
    const act = async (): Promise<Reply> => {
      const reply = await askZoho(request, body);
      if (refreshToken !== null && reply.body.includes('access_token')) audit.refreshed(refreshToken, 'minted');
      if (refreshToken !== null && reply.body.includes('too many')) audit.refreshed(refreshToken, 'throttled');
      return reply;
    };
    const end = refreshToken === null ? () => undefined : audit.beginRefresh(refreshToken);
    return { far: { kind: troubles.at('accounts'), act }, end };
  };

  const toCrm = (request: Request, body: string): { far: FarSide; end: () => void } => {
    const kind = troubles.at('crm');
    const [, module = '', action] = /^\/crm\/v8\/(\w+)(?:\/(\w+))?$/.exec(new URL(request.url).pathname) ?? [];
    const isWorkers = request.method === 'POST';
    const isWrite = isWorkers && module !== 'coql' && (action === undefined || action === 'upsert');
    const act = async (isLate: boolean): Promise<Reply> => {
      if (!isWrite) return askZoho(request, body);
      const locked = kind === 'locked' ? lockSome(body, noise) : { body, merge: (reply: Reply) => reply };
      const reply =
        locked.body === undefined ? { status: 200, body: '{"data":[]}' } : await askZoho(request, locked.body);
      const sent =
        locked.body === undefined ? [] : (JSON.parse(locked.body) as { data: Array<Record<string, unknown>> }).data;
      const results = (JSON.parse(reply.body) as { data?: Array<{ status?: string }> }).data ?? [];
      for (const [index, fields] of sent.entries())
        if (results[index]?.status === 'success')
          audit.acted({ module, kind: action === 'upsert' ? 'upsert' : 'insert', fields, isLate });
      return locked.merge(reply);
    };
    const end = isWorkers ? audit.begin('crm', isWrite ? checkedValues(module, body) : []) : () => undefined;
    return { far: { kind, act }, end };
  };

  const toReceiver = (request: Request, body: string): { far: FarSide; end: () => void } => {
    const { pathname } = new URL(request.url);
    const act = async (): Promise<Reply> => {
      const status = await receiver.take({ path: pathname, headers: request.headers, body });
      return { status, body: '' };
    };
    const { data } = JSON.parse(body) as { data: { module: string; recordId: string } };
    const end = audit.begin(pathname, [`${data.module}/${data.recordId}`]);
    return { far: { kind: troubles.at('inbox'), act }, end };
  };

  return async (request, { deadlineMs }) => {
    const body = await request.text();
    const { origin, pathname } = new URL(request.url);
    const to = origin !== zohoOrigin ? toReceiver : pathname.startsWith('/oauth/') ? toAccounts : toCrm;
    const { far, end } = to(request, body);
    // What is under way stays under way when its sender dies; nobody waits for it longer than the deadline.
    const impatience = new AbortController();
    const tooLate = clock.sleep(deadlineMs, impatience.signal).then(() => FAILED.timeout);
    const carried = carry(far, deadlineMs).catch((error: unknown) => {
      audit.violate(`the harness itself failed: ${String(error)}`);
      return FAILED.cut;
    });
    const answer = await Promise.race([carried, tooLate]);
    impatience.abort();
    end();
    return answer;
  };
};

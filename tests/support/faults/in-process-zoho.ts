import { createSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { ZOHO } from './sources.ts';

export type ZohoLead = { id: string } & Record<string, string | null | undefined>;

/** The sandbox without a socket, in virtual time, and what its owner does with it. */
export const createInProcessZoho = (now: () => number, origin = ZOHO) => {
  const sandbox = createSandbox({ now, allowLoopbackWebhooks: false });
  sandbox.listensAt(origin);
  const ask = async (method: string, target: string, headers: Record<string, string> = {}): Promise<string> => {
    const { pathname, searchParams } = new URL(target, origin);
    const answer = await sandbox.ask({
      method,
      path: pathname,
      query: searchParams,
      headers: { host: new URL(origin).host, ...headers },
      body: Buffer.alloc(0),
    });
    if (answer.status >= 300) throw new Error(`the sandbox answered ${answer.status} to ${method} ${pathname}`);
    return answer.body;
  };

  const newCode = async (): Promise<string> =>
    (JSON.parse(await ask('POST', '/sandbox/codes')) as { code: string }).code;

  return {
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    handle: sandbox.ask,
    newCode,
    revoke: async (refreshToken: string): Promise<void> => {
      await ask('POST', `/oauth/v2/token/revoke?${new URLSearchParams({ token: refreshToken })}`);
    },
    /** All leads as Zoho's API lists them. */
    leads: async (fields: string[]): Promise<ZohoLead[]> => {
      const code = await newCode();
      const { clientId, clientSecret } = sandbox;
      const granted = JSON.parse(
        await ask(
          'POST',
          `/oauth/v2/token?${new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: clientId,
            client_secret: clientSecret,
            code,
          })}`,
        ),
      ) as { access_token?: string };
      const found: ZohoLead[] = [];
      for (let page = 1; ; page += 1) {
        const query = new URLSearchParams({ fields: fields.join(','), per_page: '200', page: String(page) });
        const text = await ask('GET', `/crm/v8/Leads?${query}`, {
          authorization: `Zoho-oauthtoken ${granted.access_token}`,
        });
        if (text === '') return found;
        const { data, info } = JSON.parse(text) as { data: ZohoLead[]; info: { more_records: boolean } };
        found.push(...data);
        if (!info.more_records) return found;
      }
    },
    close: sandbox.close,
  };
};
export type InProcessZoho = ReturnType<typeof createInProcessZoho>;

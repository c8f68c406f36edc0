import { codeOf, PlatformError } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { Send } from '../platform/outbound.ts';
import type { Secret, SecretStore } from '../platform/secrets.ts';
import { equals } from '../platform/table.ts';
import { connectionOf, type Source } from '../sources/source.ts';
import { accountsServerOf, type ExtraZohoHosts } from '../zoho/data-centers.ts';
import { orgRequest, readOrgAnswer } from '../zoho/org.ts';
import { lackingScopes, mayAdd } from '../zoho/scopes.ts';
import type { ZohoClient } from '../zoho/token-requests.ts';
import { connectionSecret, connectionSecretName } from './connection-secret.ts';
import { type ExchangeOutcome, endGrant, exchangeCode } from './exchange-code.ts';
import { type InsistDeps, insist } from './insist.ts';
import { type OpenGrantDeps, openGrant } from './open-grant.ts';
import { sideScopes } from './side-scopes.ts';
import { readTokenItem, type TokenItem, tokenKey } from './token-item.ts';
import { versionIdOf } from './version-id.ts';
import { createVisitClaim } from './visit-claim.ts';

export type ConnectDeps = OpenGrantDeps &
  InsistDeps & {
    secrets: () => Promise<SecretStore>;
    stage: string;
    send: Send;
    randomId: RandomId;
    extraHosts: ExtraZohoHosts;
  };

export type ConnectRefusal =
  | Extract<ExchangeOutcome, { status: 'refused' }>
  /** The operator has not stored client id and secret yet. */
  | { status: 'refused'; code: 'wrong_client'; why: 'not_stored' }
  /** The source's `accountsUrl` is no accounts server of Zoho's. */
  | { status: 'refused'; code: 'other_data_center'; why: 'accounts_url' }
  | { status: 'refused'; code: 'missing_scope'; scope: string; modules: string[] }
  /**
   * `other_visit`: another one for this connection is not over; the code has not been touched. `our_stores`: table or
   * secret store did not answer; the code has not been used, or what it brought is kept.
   */
  | { status: 'refused'; code: 'unavailable'; why: 'other_visit' | 'our_stores' };

export type ConnectOutcome =
  | {
      status: 'connected';
      /** Undefined: it could not be read just now. */
      org: { status: 'read'; name: string } | { status: 'not_permitted' } | undefined;
      /** As Zoho worded it; undefined when it did not say. */
      scope: string | undefined;
      accountsServer: string;
      /** Modules of the source's forms that the scope does not let us add records to. */
      closedModules: string[];
      /** Scopes that its forms ask for beside that, and that were not granted. */
      missingScopes: string[];
    }
  | ConnectRefusal
  /** The code is used up and the secret store refused: the only copy is handed to the visitor. */
  | { status: 'not_kept'; refreshToken: string }
  /** Kept, but the connection could not be opened; a visit with the same code finishes it. */
  | { status: 'not_opened' };

/** A second visit waits this long for the first one to end. */
const VISIT_WAIT_MS = 5_000;
const VISIT_POLL_MS = 400;
const ORG_DEADLINE_MS = 4_000;

const modulesOf = (source: Source): string[] => [...new Set(Object.values(source.forms).map((form) => form.module))];

/** Zoho need not say what it granted; then nothing is held against it. */
const closedTo = (scope: string | undefined, modules: string[]): string[] =>
  scope === undefined ? [] : modules.filter((module) => !mayAdd(scope, module));

/**
 * The connect visit: trades a self client's code for a refresh token, keeps it, and opens the connection's lane. A
 * second visit with the same code finds what the first one kept, finishes it if need be, and asks Zoho nothing.
 */
export const createConnect = (deps: ConnectDeps) => {
  const { table, secrets, stage, send, now, sleep, log, extraHosts } = deps;
  const visits = createVisitClaim(deps);

  const beginVisit = async (connection: string): Promise<string | undefined> => {
    const giveUpAtMs = now() + VISIT_WAIT_MS;
    for (;;) {
      const visit = await visits.begin(connection);
      if (visit !== undefined || now() >= giveUpAtMs) return visit;
      await sleep(VISIT_POLL_MS);
    }
  };

  const connectedWith = (source: Source, accountsServer: string, item: TokenItem | undefined): ConnectOutcome => ({
    status: 'connected',
    org:
      item?.orgName !== undefined
        ? { status: 'read', name: item.orgName }
        : item?.isOrgHidden
          ? { status: 'not_permitted' }
          : undefined,
    scope: item?.scope,
    accountsServer,
    closedModules: closedTo(item?.scope, modulesOf(source)),
    missingScopes: item?.scope === undefined ? [] : lackingScopes(item.scope, sideScopes(source)),
  });

  /** Reads the organisation's name and keeps it for later visits. Nothing depends on it. */
  const readOrg = async (
    connection: string,
    grant: number,
    token: { value: string; apiDomain: string },
  ): Promise<void> => {
    try {
      const request = orgRequest({ apiDomain: token.apiDomain, accessToken: token.value });
      const answer = await send(request, { deadlineMs: ORG_DEADLINE_MS });
      const org = answer.status === 'answered' ? readOrgAnswer(answer.body) : undefined;
      if (org === undefined || org.status === 'unreadable') return;
      const set = org.status === 'read' ? { orgName: org.name } : { isOrgHidden: true };
      await table.update(tokenKey(connection), { set, add: { rev: 1 } }, equals('grant', grant));
    } catch (error) {
      log('warn', 'connect.org_unread', { connection, code: codeOf(error) });
    }
  };

  /** A version for this code exists: an earlier visit has used it. */
  const repeatVisit = async (source: Source, kept: Secret, current: Secret | undefined): Promise<ConnectOutcome> => {
    const connection = connectionOf(source);
    const accountsServer = accountsServerOf(String(kept.value.accountsUrl), extraHosts) ?? '';
    const standing = await readTokenItem(table, connection);
    const isOpen = standing?.secretVersionId === kept.versionId;
    // A newer grant stands: an old link must not bring the old one back.
    const isOver = !isOpen && standing !== undefined && current?.versionId !== kept.versionId;
    if (!isOpen && !isOver) {
      const grant = await insist('open', () => openGrant(deps, { connection, secretVersionId: kept.versionId }), deps);
      if (grant === undefined) return { status: 'not_opened' };
      log('info', 'connect.finished', { connection, grant });
    }
    return connectedWith(source, accountsServer, await readTokenItem(table, connection));
  };

  const keepAndOpen = async (
    source: Source,
    client: ZohoClient,
    secretVersionId: string,
    granted: Extract<ExchangeOutcome, { status: 'granted' }>,
    store: SecretStore,
  ): Promise<ConnectOutcome> => {
    const connection = connectionOf(source);
    const { refreshToken, token, scope } = granted;
    const { accountsServer, clientId, clientSecret } = client;
    const secret = { clientId, clientSecret, refreshToken, accountsUrl: accountsServer };
    const kept = await insist(
      'keep',
      async () => {
        const put = await store.put(connectionSecretName(stage, connection), secret, secretVersionId);
        return put.status === 'stored' ? put : undefined;
      },
      deps,
    );
    if (kept === undefined) return { status: 'not_kept', refreshToken };
    const grant = await insist('open', () => openGrant(deps, { connection, secretVersionId, token, scope }), deps);
    if (grant === undefined) return { status: 'not_opened' };
    log('info', 'connect.connected', { connection, grant, source: source.id });
    await readOrg(connection, grant, token);
    const item = await readTokenItem(table, connection);
    return connectedWith(source, accountsServer, item);
  };

  const visit = async (source: Source, authorizationCode: string): Promise<ConnectOutcome> => {
    const store = await secrets();
    const name = connectionSecretName(stage, connectionOf(source));
    const secretVersionId = versionIdOf(authorizationCode);
    const [current, kept] = await Promise.all([store.get(name), store.get(name, secretVersionId)]);
    if (kept !== undefined) return repeatVisit(source, kept, current);

    const stored = connectionSecret.safeParse(current?.value);
    if (!stored.success) return { status: 'refused', code: 'wrong_client', why: 'not_stored' };
    // The source file says which data center, so that correcting and applying it is enough.
    const accountsServer = accountsServerOf(source.zoho.accountsUrl, extraHosts);
    if (accountsServer === undefined) return { status: 'refused', code: 'other_data_center', why: 'accounts_url' };

    const client = { accountsServer, clientId: stored.data.clientId, clientSecret: stored.data.clientSecret };
    const exchanged = await exchangeCode(deps, client, authorizationCode);
    if (exchanged.status === 'refused') return exchanged;
    const modules = modulesOf(source);
    if (modules.length > 0 && closedTo(exchanged.scope, modules).length === modules.length) {
      await endGrant(send, accountsServer, exchanged.refreshToken);
      return { status: 'refused', code: 'missing_scope', scope: exchanged.scope ?? '', modules };
    }
    return keepAndOpen(source, client, secretVersionId, exchanged, store);
  };

  const visitAlone = async (source: Source, authorizationCode: string): Promise<ConnectOutcome> => {
    const connection = connectionOf(source);
    const begun = await beginVisit(connection);
    if (begun === undefined) return { status: 'refused', code: 'unavailable', why: 'other_visit' };
    try {
      const outcome = await visit(source, authorizationCode);
      log('info', 'connect.visited', {
        connection,
        source: source.id,
        outcome: outcome.status,
        code: 'code' in outcome ? outcome.code : undefined,
        reason: 'why' in outcome ? outcome.why : undefined,
      });
      return outcome;
    } finally {
      await visits
        .end(connection, begun)
        .catch((error: unknown) => log('warn', 'connect.claim_left', { connection, code: codeOf(error) }));
    }
  };

  /** While the code is not used up, and once what it brought is kept, nothing is lost by our own stores' silence. */
  return async (source: Source, authorizationCode: string): Promise<ConnectOutcome> => {
    try {
      return await visitAlone(source, authorizationCode);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      log('error', 'connect.stores_silent', { connection: connectionOf(source), code: codeOf(error) });
      return { status: 'refused', code: 'unavailable', why: 'our_stores' };
    }
  };
};
export type Connect = ReturnType<typeof createConnect>;

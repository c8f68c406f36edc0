import type { Now } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Send } from '../platform/outbound.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { allOf, equals, type Table } from '../platform/table.ts';
import { apiDomainOf, type ExtraZohoHosts } from '../zoho/data-centers.ts';
import { readTokenAnswer } from '../zoho/token-answer.ts';
import { refreshRequest } from '../zoho/token-requests.ts';
import { type Credentials, connectionSecretName, readCredentials } from './connection-secret.ts';
import { type TokenItem, tokenKey } from './token-item.ts';
import type { TokenOutcome } from './token-outcome.ts';

export type RefreshDeps = {
  /** The Tokens table. */
  table: Table;
  /** Asked for only when a refresh is due, so that its SDK is loaded only then. */
  secrets: () => Promise<SecretStore>;
  stage: string;
  send: Send;
  now: Now;
  randomId: RandomId;
  log: Log;
  extraHosts: ExtraZohoHosts;
};

/** `busy`: another instance asks Zoho right now, or was faster; read again. */
export type RefreshOutcome = TokenOutcome | { status: 'busy'; untilMs: number };

const LEASE_MS = 15_000;
const HTTP_DEADLINE_MS = 8_000;
/** Clocks differ by up to 2 s: the answer must be there before anybody thinks the lease is over. */
const CLOCK_MARGIN_MS = 2_000;
const KEPT_MINTS = 10;
/** Zoho mints ten access tokens per refresh token in ten minutes, then locks it ("Token Validity"); two are spared. */
const MAX_MINTS = 8;
const MINT_WINDOW_MS = 10 * 60_000;
const THROTTLED_WAIT_MS = 60_000;
const UNREACHABLE_WAIT_MS = 5_000;
/** Everybody who waited for the refused refresh hears of it instead of asking the same again. */
const REFUSED_WAIT_MS = 30_000;

type Lease = { owner: string; untilMs: number; item: TokenItem };
type Pause = { code: string; retryAtMs: number; isRefused?: true };
const PAUSE = ['retryAtMs', 'retryCode', 'isRefused'];

/** Mints the next access token of a connection, if nobody else does and Zoho's limit leaves room. */
export const createRefresh = ({ table, secrets, stage, send, now, randomId, log, extraHosts }: RefreshDeps) => {
  const takeLease = async (connection: string, item: TokenItem): Promise<Lease | undefined> => {
    const owner = randomId();
    const nowMs = now();
    const untilMs = nowMs + LEASE_MS;
    const mints = [...item.mints, nowMs].slice(-KEPT_MINTS);
    const taken = await table.update(
      tokenKey(connection),
      { set: { leaseOwner: owner, leaseUntilMs: untilMs, mints }, add: { rev: 1 } },
      allOf(equals('rev', item.rev), equals('grant', item.grant)),
    );
    // A refusal by our own value is the answer to a repeated write: the first one succeeded.
    return taken.status === 'written' || taken.item?.leaseOwner === owner ? { owner, untilMs, item } : undefined;
  };

  /** Ends the lease without a token and says so to the others. A mint that certainly was none is taken off the list. */
  const release = async (connection: string, { owner, item }: Lease, minted: boolean, pause?: Pause): Promise<void> => {
    const { retryAtMs, code: retryCode, isRefused } = pause ?? {};
    const set = { ...(minted ? {} : { mints: item.mints }), retryAtMs, retryCode, isRefused };
    const gone = Object.entries({ retryAtMs, retryCode, isRefused }).flatMap(([name, value]) =>
      value === undefined ? [name] : [],
    );
    try {
      await table.update(
        tokenKey(connection),
        { set, add: { rev: 1 }, remove: ['leaseOwner', 'leaseUntilMs', ...gone] },
        allOf(equals('leaseOwner', owner), equals('grant', item.grant)),
      );
    } catch (error) {
      log('warn', 'token.release_failed', { connection, code: codeOf(error) }); // the lease ends by itself
    }
  };

  const waitAfter = async (
    connection: string,
    lease: Lease,
    { code, waitMs, minted, reason }: { code: string; waitMs: number; minted: boolean; reason?: string },
  ): Promise<RefreshOutcome> => {
    const pause = { code, retryAtMs: now() + waitMs };
    log('warn', 'token.refresh_failed', { connection, grant: lease.item.grant, code, reason });
    await release(connection, lease, minted, pause);
    return { status: 'wait', ...pause };
  };

  const refuse = async (connection: string, lease: Lease, code: string, minted: boolean): Promise<RefreshOutcome> => {
    const { grant } = lease.item;
    log('error', 'token.refused', { connection, grant, code });
    await release(connection, lease, minted, { code, retryAtMs: now() + REFUSED_WAIT_MS, isRefused: true });
    return { status: 'refused', code, grant };
  };

  const store = async (
    connection: string,
    { owner, untilMs, item }: Lease,
    token: { value: string; apiDomain: string; expiresAtMs: number; scope?: string | undefined },
  ): Promise<RefreshOutcome> => {
    const { value, apiDomain, expiresAtMs, scope } = token;
    const written = await table.update(
      tokenKey(connection),
      {
        set: { accessToken: value, apiDomain, expiresAtMs, scope },
        add: { rev: 1 },
        remove: ['leaseOwner', 'leaseUntilMs', ...PAUSE],
      },
      allOf(equals('leaseOwner', owner), equals('grant', item.grant)),
    );
    // Otherwise somebody has reconnected meanwhile: this token belongs to a grant that is over.
    const isStored = written.status === 'written' || written.item?.accessToken === value;
    return isStored
      ? { status: 'token', value, apiDomain, grant: item.grant, expiresAtMs }
      : { status: 'busy', untilMs };
  };

  const credentialsOf = async (connection: string, item: TokenItem): Promise<Credentials> => {
    const store = await secrets();
    // By its version: a secret written since then belongs to a visit that is not finished.
    const secret = await store.get(connectionSecretName(stage, connection), item.secretVersionId);
    return readCredentials(secret?.value, extraHosts);
  };

  const refreshAsOwner = async (connection: string, lease: Lease): Promise<RefreshOutcome> => {
    let credentials: Credentials;
    try {
      credentials = await credentialsOf(connection, lease.item);
    } catch (error) {
      const reason = codeOf(error);
      return waitAfter(connection, lease, {
        code: 'secrets_unreachable',
        waitMs: UNREACHABLE_WAIT_MS,
        minted: false,
        reason,
      });
    }
    if (credentials.status === 'refused') return refuse(connection, lease, credentials.code, false);
    const sentAtMs = now();
    if (lease.untilMs - sentAtMs < HTTP_DEADLINE_MS + CLOCK_MARGIN_MS) {
      // Reading the secret took too long, or this instance was frozen: another may hold the lease before Zoho answers.
      await release(connection, lease, false);
      return { status: 'busy', untilMs: lease.untilMs };
    }

    const answer = await send(refreshRequest(credentials, credentials.refreshToken), { deadlineMs: HTTP_DEADLINE_MS });
    const unreachable = { code: 'token_unreachable', waitMs: UNREACHABLE_WAIT_MS };
    if (answer.status === 'failed')
      return waitAfter(connection, lease, { ...unreachable, minted: answer.maybeSent, reason: answer.code });
    const read = readTokenAnswer(answer.httpStatus, answer.body);
    switch (read.status) {
      case 'granted': {
        const apiDomain = apiDomainOf(credentials.accountsServer, read.apiDomain, extraHosts);
        if (apiDomain === undefined) return refuse(connection, lease, 'unknown_api_domain', true);
        const expiresAtMs = sentAtMs + read.expiresInSeconds * 1000;
        log('info', 'token.refreshed', { connection, grant: lease.item.grant, durationMs: now() - sentAtMs });
        return store(connection, lease, { value: read.accessToken, apiDomain, expiresAtMs, scope: read.scope });
      }
      case 'refused':
        return refuse(connection, lease, read.code, false);
      case 'throttled':
        return waitAfter(connection, lease, { code: 'token_throttled', waitMs: THROTTLED_WAIT_MS, minted: true });
      case 'unavailable':
        return waitAfter(connection, lease, { ...unreachable, minted: read.minted !== false, reason: read.code });
    }
  };

  /** @param item as just read */
  return async (connection: string, item: TokenItem): Promise<RefreshOutcome> => {
    const nowMs = now();
    if ((item.leaseUntilMs ?? 0) > nowMs) return { status: 'busy', untilMs: item.leaseUntilMs ?? nowMs };
    if (item.retryAtMs !== undefined && item.retryAtMs > nowMs) {
      const code = item.retryCode ?? 'token_unreachable';
      return item.isRefused
        ? { status: 'refused', code, grant: item.grant }
        : { status: 'wait', code, retryAtMs: item.retryAtMs };
    }
    const recent = item.mints.filter((mintedAtMs) => mintedAtMs > nowMs - MINT_WINDOW_MS);
    const firstToLeave = recent.at(-MAX_MINTS);
    if (recent.length >= MAX_MINTS && firstToLeave !== undefined) {
      log('warn', 'token.mint_limit', { connection, grant: item.grant, count: recent.length });
      return { status: 'wait', code: 'token_mint_limit', retryAtMs: firstToLeave + MINT_WINDOW_MS };
    }
    const lease = await takeLease(connection, item);
    return lease === undefined ? { status: 'busy', untilMs: nowMs } : refreshAsOwner(connection, lease);
  };
};

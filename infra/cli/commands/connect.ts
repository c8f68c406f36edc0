import { sleep } from '../../../lib/platform/clock.ts';
import { isKeyRight } from '../../../lib/sources/api-key.ts';
import { connectionOf } from '../../../lib/sources/source.ts';
import { adoptRefreshToken } from '../../../lib/tokens/adopt-refresh-token.ts';
import { connectionSecret, connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { wantedScope } from '../../../lib/zoho/scopes.ts';
import { CliError, type Command, type Given, type Surroundings, textFlag, usageError } from '../command.ts';
import { type AppliedSource, appliedSource } from '../sources.ts';
import type { Target } from '../target.ts';

type Client = { clientId: string; clientSecret: string; refreshToken?: string };

const CLIENT_ID = /^1000\.[A-Za-z0-9]+$/;
const NO_TERMINAL = 'Without a terminal nothing is asked: give --client-id and --client-secret-stdin.';

/** Lines of standard input: the client secret first if it comes that way, then the refresh token. */
const readLines = async (
  { flags }: Given,
  { readStdin }: Surroundings,
): Promise<{ clientSecret?: string; refreshToken?: string }> => {
  const wanted = (['client-secret-stdin', 'refresh-token-stdin'] as const).filter((name) => flags[name] === true);
  if (wanted.length === 0) return {};
  const lines = (await readStdin())
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length !== wanted.length)
    throw usageError(
      `Standard input must hold ${wanted.length === 1 ? 'one line' : 'two lines: the client secret, then the refresh token'}.`,
    );
  const [first = '', second = ''] = lines;
  if (wanted.length === 2) return { clientSecret: first, refreshToken: second };
  return wanted[0] === 'client-secret-stdin' ? { clientSecret: first } : { refreshToken: first };
};

/** What was given, what is stored, and what a person types, in this order. Undefined: nothing new. */
const clientFrom = async (
  given: Given,
  surroundings: Surroundings,
  stored: Client | undefined,
): Promise<Client | undefined> => {
  const fromStdin = await readLines(given, surroundings);
  const clientIdGiven = textFlag(given.flags, 'client-id');
  const { ask } = surroundings;
  const isSilent = clientIdGiven === undefined && Object.keys(fromStdin).length === 0;
  if (isSilent && stored !== undefined) return undefined;
  const typed = async (question: string, hidden: boolean): Promise<string> => {
    if (ask === undefined) throw usageError(NO_TERMINAL);
    return ask(question, { hidden });
  };
  const clientId = clientIdGiven ?? (isSilent ? undefined : stored?.clientId) ?? (await typed('Client ID: ', false));
  if (!CLIENT_ID.test(clientId))
    throw usageError('A client id begins with 1000. and goes on with letters and digits; the API console shows it.');
  const known = stored?.clientId === clientId ? stored.clientSecret : undefined;
  const clientSecret = fromStdin.clientSecret ?? known ?? (await typed('Client secret (not shown): ', true));
  if (clientSecret === '') throw usageError('The client secret is empty.');
  const refreshToken = fromStdin.refreshToken ?? (known === undefined ? undefined : stored?.refreshToken);
  return { clientId, clientSecret, ...(refreshToken === undefined ? {} : { refreshToken }) };
};

const storedClient = async ({ secrets, stage }: Target, connection: string): Promise<Client | undefined> => {
  const secret = await secrets.get(connectionSecretName(stage, connection));
  const parsed = connectionSecret.safeParse(secret?.value);
  if (!parsed.success) return undefined;
  const { clientId, clientSecret, refreshToken } = parsed.data;
  return { clientId, clientSecret, ...(refreshToken === undefined ? {} : { refreshToken }) };
};

/** With a refresh token the connection is there at once; without one the client's visit makes it. */
const store = async (
  target: Target,
  applied: AppliedSource,
  client: Client,
  isToken: boolean,
  { now }: Surroundings,
): Promise<void> => {
  const { source } = applied;
  const connection = connectionOf(source);
  const value = { ...client, accountsUrl: source.zoho.accountsUrl };
  if (!isToken || client.refreshToken === undefined) {
    await target.secrets.put(connectionSecretName(target.stage, connection), value, crypto.randomUUID());
    return;
  }
  const deps = {
    table: target.tokens,
    recordsTable: target.records.name,
    secrets: async () => target.secrets,
    stage: target.stage,
    now,
    sleep,
    random: Math.random,
    log: () => undefined,
  };
  const grant = await adoptRefreshToken(deps, connection, { ...value, refreshToken: client.refreshToken });
  if (grant === undefined)
    throw new CliError(3, 'contention', 'Others kept writing this connection; run the command again.');
};

/** @throws {CliError} exit 1 when the key opens another source, or none */
const checkKey = (key: string | undefined, applied: AppliedSource): void => {
  if (key !== undefined && !isKeyRight({ query: [['api_key', key]], headers: {} }, applied))
    throw new CliError(
      1,
      'wrong_key',
      `That key does not open ${applied.source.id}. npx leadloop keys create ${applied.source.id} makes another.`,
    );
};

export const connect: Command = {
  name: 'connect',
  args: 'SOURCE',
  takes: [1, 1],
  summary: 'store a client’s id and secret, and print the link its Zoho admin opens once',
  details:
    'Asks for client id and secret on a terminal. Called again it prints link and steps without asking; with new values\nit replaces what is stored. Nothing is sent to Zoho.',
  flags: {
    'client-id': { type: 'string', value: 'ID', help: 'of the Self Client in Zoho’s API console' },
    'client-secret-stdin': { type: 'boolean', help: 'read the client secret from standard input' },
    'refresh-token-stdin': { type: 'boolean', help: 'read a refresh token you have already; no visit is needed then' },
    key: { type: 'string', value: 'KEY', help: 'API key to put into the link' },
  },
  examples: [
    'npx leadloop connect demo',
    'npx leadloop connect acme --stage prod --client-id 1000.ABC --client-secret-stdin < secret.txt',
    'printf \'%s\\n%s\\n\' "$SECRET" "$TOKEN" | npx leadloop connect acme --client-id 1000.ABC --client-secret-stdin --refresh-token-stdin',
  ],
  run: async (given, surroundings) => {
    const [id = ''] = given.positionals;
    const target = await given.target();
    const applied = await appliedSource(id, target.records);
    const key = textFlag(given.flags, 'key');
    checkKey(key, applied);
    const connection = connectionOf(applied.source);
    const client = await clientFrom(given, surroundings, await storedClient(target, connection));
    const isToken = given.flags['refresh-token-stdin'] === true;
    if (client !== undefined) await store(target, applied, client, isToken, surroundings);

    const link = `${target.publicUrl}/sources/${id}?${key === undefined ? 'api_key=<API key>' : new URLSearchParams({ api_key: key })}`;
    const what =
      client === undefined
        ? 'Client id and secret are stored already.'
        : `Client id and secret of connection ${connection} are stored.`;
    const connected = `${what} The refresh token is taken over: leads go out with it from now on.`;
    const steps = [
      what,
      '',
      'For the client’s Zoho admin, within the ten minutes a code lives:',
      `  1. In the API console (${applied.source.zoho.accountsUrl.replace('accounts.', 'api-console.')}), Self Client, tab Generate Code, take this scope:`,
      `     ${wantedScope}`,
      '     any description, 10 minutes, and the organisation that leads shall go to.',
      '  2. Open this link with the code at its end; it says which organisation is connected:',
      `     ${link}&zoho_code=<code>`,
      ...(key === undefined
        ? ['', `The API key was shown when ${id} was applied first; --key puts it into the link.`]
        : []),
    ];
    return {
      text: isToken ? connected : steps.join('\n'),
      json: {
        source: id,
        connection,
        stored: client !== undefined,
        connected: isToken,
        link: isToken ? undefined : link,
        scope: wantedScope,
      },
    };
  },
};

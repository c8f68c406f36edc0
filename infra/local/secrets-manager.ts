import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as z from 'zod/mini';
import { listen, type Listening } from './listen.ts';

const version = z.object({ id: z.string(), value: z.string(), stages: z.array(z.string()), createdAtMs: z.number() });
const stateSchema = z.record(z.string(), z.object({ arn: z.string(), versions: z.array(version) }));
type State = z.infer<typeof stateSchema>;
type Version = z.infer<typeof version>;

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

const input = z.object({
  SecretId: z.optional(z.string()),
  Name: z.optional(z.string()),
  SecretString: z.optional(z.string()),
  ClientRequestToken: z.optional(z.string()),
  VersionId: z.optional(z.string()),
  VersionStage: z.optional(z.string()),
});
type Input = z.infer<typeof input>;

class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const arnOf = (name: string): string => `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${name}-local0`;

/**
 * Secrets Manager's JSON protocol on one machine, as far as its versions go: a ClientRequestToken is the VersionId,
 * the same one with the same value is a repeat, with another value an error.
 * @param stateFile keeps the secrets, readable by its owner alone
 */
export const startSecretsManager = async ({ port, stateFile }: { port: number; stateFile?: string }): Promise<Listening> => {
  const state: State =
    stateFile !== undefined && existsSync(stateFile) ? stateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8'))) : {};

  const save = (): void => {
    if (stateFile === undefined) return;
    writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${stateFile}.new`, stateFile);
  };
  const find = ({ SecretId = '' }: Input) => {
    const name = Object.keys(state).find((one) => one === SecretId || state[one]?.arn === SecretId);
    const secret = name === undefined ? undefined : state[name];
    if (name === undefined || secret === undefined)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return { name, secret };
  };
  const addVersion = (name: string, { SecretString = '', ClientRequestToken }: Input): Version => {
    const secret = (state[name] ??= { arn: arnOf(name), versions: [] });
    const id = ClientRequestToken ?? randomUUID();
    const standing = secret.versions.find((one) => one.id === id);
    if (standing !== undefined) {
      if (standing.value !== SecretString)
        throw new ServiceError('ResourceExistsException', 'This ClientRequestToken has been used with another value.');
      return standing;
    }
    for (const one of secret.versions)
      one.stages = one.stages.includes(CURRENT) ? [PREVIOUS] : one.stages.filter((stage) => stage !== PREVIOUS);
    const added: Version = { id, value: SecretString, stages: [CURRENT], createdAtMs: Date.now() };
    secret.versions.push(added);
    save();
    return added;
  };

  const operations: Record<string, (request: Input) => Record<string, unknown>> = {
    CreateSecret: (request) => {
      const name = request.Name ?? '';
      const standing = state[name]?.versions.find((one) => one.id === request.ClientRequestToken);
      if (state[name] !== undefined && standing?.value !== request.SecretString)
        throw new ServiceError('ResourceExistsException', `The secret ${name} already exists.`);
      const { id } = addVersion(name, request);
      return { ARN: arnOf(name), Name: name, VersionId: id };
    },
    PutSecretValue: (request) => {
      const { name, secret } = find(request);
      const { id, stages } = addVersion(name, request);
      return { ARN: secret.arn, Name: name, VersionId: id, VersionStages: stages };
    },
    UpdateSecret: (request) => {
      const { name, secret } = find(request);
      const { id } = addVersion(name, request);
      return { ARN: secret.arn, Name: name, VersionId: id };
    },
    GetSecretValue: (request) => {
      const { name, secret } = find(request);
      const wantedStage = request.VersionStage ?? (request.VersionId === undefined ? CURRENT : undefined);
      const found = secret.versions.find(
        (one) =>
          (request.VersionId === undefined || one.id === request.VersionId) &&
          (wantedStage === undefined || one.stages.includes(wantedStage)),
      );
      if (found === undefined)
        throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.");
      return {
        ARN: secret.arn, Name: name, VersionId: found.id, SecretString: found.value, VersionStages: found.stages,
        CreatedDate: found.createdAtMs / 1000,
      };
    },
    DescribeSecret: (request) => {
      const { name, secret } = find(request);
      return { ARN: secret.arn, Name: name, VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])) };
    },
    ListSecretVersionIds: (request) => {
      const { name, secret } = find(request);
      return {
        ARN: secret.arn, Name: name,
        Versions: secret.versions.map(({ id, stages, createdAtMs }) => ({ VersionId: id, VersionStages: stages, CreatedDate: createdAtMs / 1000 })),
      };
    },
    DeleteSecret: (request) => {
      const { name, secret } = find(request);
      delete state[name];
      save();
      return { ARN: secret.arn, Name: name, DeletionDate: Date.now() / 1000 };
    },
  };

  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const operation = operations[String(request.headers['x-amz-target'] ?? '').replace('secretsmanager.', '')];
    try {
      const parsed = input.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}'));
      if (operation === undefined || !parsed.success) return reply(400, { __type: 'InvalidRequestException', Message: 'Not a request this emulator knows.' });
      reply(200, operation(parsed.data));
    } catch (error) {
      if (error instanceof ServiceError) reply(400, { __type: error.type, Message: error.message });
      else reply(400, { __type: 'InvalidRequestException', Message: 'The body is not JSON.' });
    }
  });
  return listen(server, port, 'Secrets Manager');
};

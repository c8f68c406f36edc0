import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { type Listening, listen, readBody, serve } from './listen.ts';

const version = z.object({ id: z.string(), value: z.string(), stages: z.array(z.string()), createdAtMs: z.number() });
const secretSchema = z.object({ arn: z.string(), deletedAtMs: z.optional(z.number()), versions: z.array(version) });
const stateSchema = z.record(z.string(), secretSchema);
type State = z.infer<typeof stateSchema>;
type Version = z.infer<typeof version>;

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

const input = z.object({
  SecretId: z.optional(z.string()),
  Name: z.optional(z.string()),
  SecretString: z.optional(z.string().check(z.minLength(1), z.maxLength(65_536))),
  ClientRequestToken: z.optional(z.string().check(z.minLength(32), z.maxLength(64))),
  ForceDeleteWithoutRecovery: z.optional(z.boolean()),
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
export const startSecretsManager = async ({
  port,
  stateFile,
}: {
  port: number;
  stateFile?: string;
}): Promise<Listening> => {
  const state: State =
    stateFile !== undefined && existsSync(stateFile)
      ? stateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8')))
      : {};

  const save = (): void => {
    if (stateFile === undefined) return;
    writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${stateFile}.new`, stateFile);
  };
  const find = ({ SecretId = '' }: Input, { deleted = false } = {}) => {
    const name = Object.keys(state).find((one) => one === SecretId || state[one]?.arn === SecretId);
    const secret = name === undefined ? undefined : state[name];
    if (name === undefined || secret === undefined)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    if (secret.deletedAtMs !== undefined && !deleted)
      throw new ServiceError('InvalidRequestException', 'The secret is marked for deletion; restore it first.');
    return { name, secret, ids: { ARN: secret.arn, Name: name } };
  };
  const addVersion = (name: string, { SecretString, ClientRequestToken }: Input): Version => {
    if (SecretString === undefined)
      throw new ServiceError('InvalidParameterException', 'Only values given as SecretString are kept here.');
    state[name] ??= { arn: arnOf(name), versions: [] };
    const { versions } = state[name];
    const id = ClientRequestToken ?? randomUUID();
    const standing = versions.find((one) => one.id === id);
    if (standing !== undefined) {
      if (standing.value !== SecretString)
        throw new ServiceError('ResourceExistsException', 'This ClientRequestToken has been used with another value.');
      return standing;
    }
    for (const one of versions)
      one.stages = one.stages.includes(CURRENT) ? [PREVIOUS] : one.stages.filter((stage) => stage !== PREVIOUS);
    const added: Version = { id, value: SecretString, stages: [CURRENT], createdAtMs: Date.now() };
    versions.push(added);
    save();
    return added;
  };

  const operations: Record<string, (request: Input) => Record<string, unknown>> = {
    CreateSecret: (request) => {
      const name = request.Name ?? '';
      if (!NAME.test(name)) throw new ServiceError('InvalidParameterException', 'The name is not one for a secret.');
      if (state[name]?.deletedAtMs !== undefined)
        throw new ServiceError('InvalidRequestException', 'A secret of this name is marked for deletion.');
      const standing = state[name]?.versions.find((one) => one.id === request.ClientRequestToken);
      if (state[name] !== undefined && standing?.value !== request.SecretString)
        throw new ServiceError('ResourceExistsException', `The secret ${name} already exists.`);
      const { id } = addVersion(name, request);
      return { ARN: arnOf(name), Name: name, VersionId: id };
    },
    PutSecretValue: (request) => {
      const { name, ids } = find(request);
      const { id, stages } = addVersion(name, request);
      return { ...ids, VersionId: id, VersionStages: stages };
    },
    UpdateSecret: (request) => {
      const { name, ids } = find(request);
      return { ...ids, ...(request.SecretString === undefined ? {} : { VersionId: addVersion(name, request).id }) };
    },
    GetSecretValue: (request) => {
      const { secret, ids } = find(request);
      const wantedStage = request.VersionStage ?? (request.VersionId === undefined ? CURRENT : undefined);
      const found = secret.versions.find(
        (one) =>
          (request.VersionId === undefined || one.id === request.VersionId) &&
          (wantedStage === undefined || one.stages.includes(wantedStage)),
      );
      if (found === undefined)
        throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.");
      const { id, value, stages, createdAtMs } = found;
      return { ...ids, VersionId: id, SecretString: value, VersionStages: stages, CreatedDate: createdAtMs / 1000 };
    },
    DescribeSecret: (request) => {
      const { secret, ids } = find(request, { deleted: true });
      return {
        ...ids,
        ...(secret.deletedAtMs === undefined ? {} : { DeletedDate: secret.deletedAtMs / 1000 }),
        VersionIdsToStages: Object.fromEntries(
          secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
        ),
      };
    },
    ListSecretVersionIds: (request) => {
      const { secret, ids } = find(request, { deleted: true });
      const Versions = secret.versions.map(({ id, stages, createdAtMs }) => ({
        VersionId: id,
        VersionStages: stages,
        CreatedDate: createdAtMs / 1000,
      }));
      return { ...ids, Versions };
    },
    DeleteSecret: (request) => {
      const { name, secret, ids } = find(request, { deleted: true });
      if (request.ForceDeleteWithoutRecovery === true) delete state[name];
      else secret.deletedAtMs ??= Date.now();
      save();
      return { ...ids, DeletionDate: (secret.deletedAtMs ?? Date.now()) / 1000 };
    },
    RestoreSecret: (request) => {
      const { secret, ids } = find(request, { deleted: true });
      delete secret.deletedAtMs;
      save();
      return ids;
    },
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    const body = await readBody(request);
    const operation = operations[String(request.headers['x-amz-target'] ?? '').replace('secretsmanager.', '')];
    try {
      if (operation === undefined)
        throw new ServiceError('UnknownOperationException', 'Not an operation that is known here.');
      const parsed = input.safeParse(JSON.parse(body?.toString('utf8') || '{}'));
      if (!parsed.success) throw new ServiceError('ValidationException', 'A parameter has the wrong type or length.');
      reply(200, operation(parsed.data));
    } catch (error) {
      const known = error instanceof ServiceError;
      if (!known && !(error instanceof SyntaxError)) throw error;
      reply(400, { __type: known ? error.type : 'SerializationException', message: error.message });
    }
  };
  return listen(serve(respond), port, 'Secrets Manager');
};

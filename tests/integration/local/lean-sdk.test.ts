import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import { bundlePlugins } from '../../../infra/build/build.ts';
import { type SeenRequest, serveAwsAnswers } from '../../support/aws-answers.ts';
import { isSignedBy } from '../../support/signature.ts';
import { root } from '../../support/start-process.ts';

const SECRET = 'a-secret-key-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'lean-sdk-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The same program, with the SDK as it comes, and with what the bundles have in its place. */
const FLAVOURS: Record<'whole' | 'lean', Plugin[]> = { whole: [], lean: bundlePlugins };
type Flavour = keyof typeof FLAVOURS;

const program = async (name: string, flavour: Flavour): Promise<string> => {
  const outfile = join(folder, `${name}-${flavour}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [`tests/support/fixtures/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins: FLAVOURS[flavour],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  return outfile;
};

const run = async (file: string, env: Record<string, string>, args: string[] = []): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: 'session-token',
      ...env,
    },
  });
  return JSON.parse(stdout);
};

type Observed = { outcomes: Record<string, unknown>; seen: SeenRequest[] };
const observe = async (flavour: Flavour): Promise<Observed> => {
  const file = await program('platform-calls', flavour);
  const answers = await serveAwsAnswers();
  try {
    const outcomes = (await run(file, { AWS_ENDPOINT_URL: answers.baseUrl })) as Record<string, unknown>;
    return { outcomes, seen: answers.seen };
  } finally {
    await answers.close();
  }
};

let whole: Observed;
let lean: Observed;
beforeAll(async () => {
  [whole, lean] = await Promise.all([observe('whole'), observe('lean')]);
});

/** What may differ: times, signatures, the order of a body's members, ids made up for each call, port and user agent. */
const comparable = ({ headers, body, ...request }: SeenRequest) => {
  const { host, authorization, ...rest } = headers;
  const own = ['x-amz-date', 'x-amz-content-sha256', 'user-agent', 'x-amz-user-agent', 'amz-sdk-invocation-id'];
  const kept = Object.entries(rest).filter(([name]) => !own.includes(name));
  const content = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  const token = content.ClientRequestToken;
  return {
    ...request,
    headers: Object.fromEntries(kept),
    credential: authorization?.split(',')[0]?.replace(/\/\d{8}\//, '/day/'),
    body: { ...content, ...(String(token).length === 36 ? { ClientRequestToken: 'a UUID' } : {}) },
  };
};
const timeOf = ({ headers }: SeenRequest): number =>
  Date.parse((headers['x-amz-date'] ?? '').replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));

describe('the clients in the bundles', () => {
  test('give what the whole SDK gives, in success, refusal, outage and throttling', () => {
    const { 'a page of a proxy': page, ...outcomes } = lean.outcomes;
    expect(whole.outcomes).toMatchObject(outcomes);
    expect(Object.keys(lean.outcomes)).toEqual(Object.keys(whole.outcomes));
    // The whole SDK tells of its own parser here; what came back was no answer of DynamoDB's.
    expect(page).toEqual({ code: 'table.UnknownError', cause: 'UnknownError' });
    expect(lean.outcomes).toMatchObject({
      get: { value: { pk: 'found', at: 5, list: [true] } },
      'put, refused': { value: { status: 'refused', item: { pk: 'refused', v: 2 } } },
      'an error that passes': { value: { pk: 'found' } },
      'throttled for a moment': { value: { pk: 'found' } },
      'no answer at all': { value: { pk: 'found' } },
      'a clock that is an hour off': { value: { pk: 'found' } },
      'secret, created': { value: { status: 'stored' } },
      invoke: {},
    });
  });

  test('send what the whole SDK sends, attempt by attempt', () => {
    expect(lean.seen.map(comparable)).toEqual(whole.seen.map(comparable));
    expect(lean.seen.length).toBeGreaterThan(30);
  });

  test('sign every attempt so that AWS takes it', () => {
    for (const { seen } of [whole, lean])
      expect(seen.filter((request) => !isSignedBy(request, SECRET)).map(({ path }) => path)).toEqual([]);
    const [first] = lean.seen;
    expect(isSignedBy({ ...(first as SeenRequest), body: '{}' }, SECRET)).toBe(false);
  });

  test('sign with the service’s clock once their own has turned out wrong', () => {
    const [before, after] = lean.seen.filter(({ body }) => body.includes('"clock"')).map(timeOf);
    expect(Math.round(((after ?? 0) - (before ?? 0)) / 60_000)).toBe(60);
  });

  test('repeat a transaction under the token of its first attempt', () => {
    const attempts = lean.seen.filter(({ body }) => body.includes('"torn-transaction"'));
    const tokens = attempts.map(({ body }) => JSON.parse(body).ClientRequestToken);
    expect(tokens).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), tokens[0]]);
  });

  test('find the services where the whole SDK finds them, in every partition', async () => {
    const environments = [
      { AWS_REGION: 'eu-central-1' },
      { AWS_REGION: 'cn-north-1' },
      { AWS_REGION: 'us-gov-west-1', AWS_USE_FIPS_ENDPOINT: 'true' },
      { AWS_REGION: 'us-east-2', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    ];
    const hostsOf = async (flavour: Flavour) =>
      run(await program('service-hosts', flavour), {}, [JSON.stringify(environments)]);
    const [expected, found] = await Promise.all([hostsOf('whole'), hostsOf('lean')]);
    expect(found).toEqual(expected);
    expect(found).toContainEqual([
      'dynamodb.cn-north-1.amazonaws.com.cn',
      'lambda.cn-north-1.amazonaws.com.cn',
      'secretsmanager.cn-north-1.amazonaws.com.cn',
    ]);
  });
});

import * as z from 'zod/mini';
import { ConfigurationError } from './errors.ts';

/** `LEADLOOP_EXTRA_HOSTS`: what one machine adds to the tables of known hosts. Unset in production. */
export const extraHosts = z.object({
  /** Accounts servers, by origin, and the `api_domain`s that may come with them. */
  accounts: z._default(z.array(z.string()), []),
  api: z._default(z.array(z.string()), []),
  /** Destination origins on loopback, which are refused otherwise. */
  destinations: z._default(z.array(z.string()), []),
});
export type ExtraHosts = z.infer<typeof extraHosts>;

const text = z.string().check(z.minLength(1));
const wholeNumber = z.pipe(z.string().check(z.regex(/^\d{1,6}$/)), z.transform(Number));

const variables = {
  STAGE: text,
  RECORDS_TABLE: text,
  TOKENS_TABLE: text,
  DELIVER_LEADS_FUNCTION: text,
  DELIVER_EVENTS_FUNCTION: text,
  /** Origin of the HTTP API; the only source of our own links. */
  PUBLIC_URL: text,
  MAX_LANES: wholeNumber,
};
type Variables = { [Name in keyof typeof variables]: z.infer<(typeof variables)[Name]> };

/**
 * The named variables, checked once at cold start.
 * @throws {ConfigurationError} `environment.invalid`, naming every variable that is missing or malformed
 */
export const readEnvironment = <Name extends keyof Variables>(
  names: Name[],
  environment: Record<string, string | undefined> = process.env,
): Pick<Variables, Name> & { extraHosts: ExtraHosts } => {
  const shape = Object.fromEntries(names.map((name) => [name, variables[name]]));
  const parsed = z.object(shape).safeParse(environment);
  const extra = readExtraHosts(environment.LEADLOOP_EXTRA_HOSTS);
  const wrong = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]))),
    ...(extra === undefined ? ['LEADLOOP_EXTRA_HOSTS'] : []),
  ];
  if (!parsed.success || extra === undefined)
    throw new ConfigurationError(
      'environment.invalid',
      `Missing or malformed environment variables: ${wrong.join(', ')}. serverless.yml sets them; deploy again.`,
    );
  return { ...(parsed.data as Pick<Variables, Name>), extraHosts: extra };
};

const readExtraHosts = (raw: string | undefined): ExtraHosts | undefined => {
  try {
    const parsed = extraHosts.safeParse(JSON.parse(raw ?? '{}'));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

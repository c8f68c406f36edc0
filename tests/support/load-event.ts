import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A sample event by function and case, `submit-lead/valid`: read anew each time, so a test may change its copy. */
export const loadEvent = (name: string): APIGatewayProxyEventV2 =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { loadEvent } from './load-event.ts';

const fieldsOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): URLSearchParams =>
  new URLSearchParams(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));
const withFields = (event: APIGatewayProxyEventV2, fields: URLSearchParams): APIGatewayProxyEventV2 => ({
  ...event,
  body: Buffer.from(fields.toString()).toString('base64'),
  isBase64Encoded: true,
});

/** The sample form post, by a visitor of that name: other content than any other visitor's. */
export const postBy = (visitor: string): APIGatewayProxyEventV2 => {
  const event = loadEvent('submit-lead/valid');
  const fields = fieldsOf(event);
  fields.set('email', `${visitor}@example.com`);
  return withFields(event, fields);
};

/** The sample webhook, about that status and with that key. */
export const statusChange = (status: string, apiKey: string): APIGatewayProxyEventV2 => {
  const event = loadEvent('receive-webhook/valid');
  const fields = fieldsOf(event);
  fields.set('lead_status', status);
  return {
    ...withFields(event, fields),
    rawQueryString: `api_key=${apiKey}`,
    queryStringParameters: { api_key: apiKey },
  };
};

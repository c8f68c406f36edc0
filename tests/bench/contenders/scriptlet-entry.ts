import { createScriptlet, type Exchange } from './scriptlet.ts';

/** The scriptlet as a function of its own, for its size and its start. */
const exchange: Exchange = async (request) => {
  const response = await fetch(request);
  return { status: response.status, body: await response.text() };
};

const submit = createScriptlet(exchange, {
  accountsServer: process.env.ACCOUNTS_SERVER ?? 'https://accounts.zoho.com',
  clientId: process.env.CLIENT_ID ?? '',
  clientSecret: process.env.CLIENT_SECRET ?? '',
  refreshToken: process.env.REFRESH_TOKEN ?? '',
});

export const handler = async (event: { body?: string; isBase64Encoded?: boolean }) => {
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  const { first_name, last_name, email, phone, company } = Object.fromEntries(new URLSearchParams(text));
  const record = { First_Name: first_name, Last_Name: last_name, Email: email, Phone: phone, Company: company };
  const outcome = await submit(record);
  return outcome === 'stored' ? { statusCode: 202, body: '' } : { statusCode: 502, body: 'Please try again later.' };
};

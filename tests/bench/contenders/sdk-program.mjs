// A program as Zoho's guide has people write it, with Zoho's SDK and its own token store: `node sdk-program.mjs OPTIONS`,
// a JSON object `{ baseUrl, clientId, clientSecret, code, folder, leads, perCall }`. It prints what it did.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const sdkRequire = createRequire(resolve(import.meta.dirname, '../../../infra/tools/package.json'));
const sdk = sdkRequire('@zohocrm/typescript-sdk-8.0');
const { baseUrl, clientId, clientSecret, code, folder, leads, perCall } = JSON.parse(process.argv[2]);

const environment = sdk.DataCenter.setEnvironment(baseUrl, `${baseUrl}/oauth/v2/token`, baseUrl);
const token = new sdk.OAuthBuilder().clientId(clientId).clientSecret(clientSecret).grantToken(code).build();
const builder = new sdk.InitializeBuilder();
builder.environment(environment).token(token).resourcePath(folder);
builder.store(new sdk.FileStore(join(folder, 'tokens.txt')));
await builder.initialize();

const { Record } = sdk;
const operations = new Record.RecordOperations('Leads');
const recordOf = (index) => {
  const record = new Record.Record();
  record.addKeyValue('First_Name', 'Tai Man');
  record.addKeyValue('Last_Name', `Chan ${index}`);
  record.addKeyValue('Email', `visitor-${index}@example.com`);
  record.addKeyValue('Company', 'Example Company Ltd.');
  record.addKeyValue('Country', 'Hong Kong');
  record.addKeyValue('CDP_ID', `v-${index}`);
  return record;
};

let delivered = 0;
for (let from = 0; from < leads; from += perCall) {
  const body = new Record.BodyWrapper();
  body.setData(Array.from({ length: Math.min(perCall, leads - from) }, (_, index) => recordOf(from + index)));
  body.setDuplicateCheckFields(['Email']);
  const answer = await operations.upsertRecords(body);
  delivered += (answer.getObject().getData?.() ?? []).filter((one) => one.getStatus().getValue() === 'success').length;
}
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`\n${JSON.stringify({ delivered, peakRssMb })}\n`);
process.exit(0);

import { quarantinedCall } from '../../../../../lib/events/quarantined-call.ts';
import { recordStatusChange } from '../../../../../lib/events/record-status-change.ts';
import type { StatusChange } from '../../../../../lib/events/status-change.ts';
import { applySource } from '../../../../../lib/sources/apply-source.ts';
import { connectionOf, sourceSchema } from '../../../../../lib/sources/source.ts';
import { acceptSubmission } from '../../../../../lib/submissions/accept-submission.ts';
import { settle } from '../../../../../lib/work/settle.ts';
import { workAttributes } from '../../../../../lib/work/work-item.ts';
import { cliWorld, NOW } from '../cli-world.ts';

export const source = sourceSchema.parse({
  id: 'demo',
  forms: { contact: { fields: { Email: 'email' }, duplicateCheckFields: ['Email'] } },
  webhook: { exchangeRate: '0.1282', currency: 'USD' },
  destinations: { inbox: { type: 'webhook', url: 'https://receiver.example.com/hook' } },
});
export const EVENT = 'event#demo-Leads-1-LeadContacted-1';
export const DELIVERY = 'delivery#demo-Leads-1-LeadContacted-1#inbox';
export const LANE = 'lane#zoho#demo';

/** A table as the functions leave it: a lead that waits, one delivered, one refused, an event on its way, a quarantined call. */
export const soundTable = async () => {
  const world = cliWorld();
  const { records: table, secrets } = world;
  const ports = { table, now: () => NOW, sleep: async () => undefined, random: () => 0.5 };
  const randomId = () => crypto.randomUUID();
  await applySource(source, { ...ports, secrets, stage: 'local', randomId });
  const { contact } = source.forms;
  if (contact === undefined || source.webhook === undefined) throw new Error('the source lacks what it was made with');
  const post = async (email: string): Promise<string> => {
    const accepted = await acceptSubmission(
      {
        source: 'demo',
        connection: connectionOf(source),
        hmacKey: 'k',
        form: 'contact',
        settings: contact,
        gatherMs: 0,
        fields: { email },
        files: 0,
      },
      ports,
    );
    return accepted.status === 'accepted' ? `submission#${accepted.id}` : accepted.status;
  };
  const [waiting, delivered, refused] = [
    await post('waiting@example.com'),
    await post('delivered@example.com'),
    await post('refused@example.com'),
  ];
  const end = async (pk: string, outcome: Parameters<typeof settle>[1]) => {
    const item = workAttributes.parse(await table.get(pk));
    await table.update(pk, settle(item, outcome, { nowMs: NOW, random: 0.5 }));
  };
  await end(delivered, { status: 'delivered' });
  await end(refused, { status: 'rejected', code: 'INVALID_DATA' });
  const change: StatusChange = {
    module: 'Leads',
    recordId: '1',
    cdpId: 'v-1',
    status: 'Contacted',
    person: {},
    clickIds: {},
    extra: {},
  };
  await recordStatusChange(change, source, source.webhook, ports);
  const call = { contentType: 'text/plain', body: Buffer.from('?'), query: [] };
  await table.put(quarantinedCall(call, { id: 'c1', source: 'demo', reason: 'unreadable_body', nowMs: NOW }));
  await table.put({ pk: 'crowd', untilMs: NOW });
  return { ...world, waiting, delivered, refused };
};

export type World = Awaited<ReturnType<typeof soundTable>>;

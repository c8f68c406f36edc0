import { describe, expect, test } from '@jest/globals';
import { attentionLane, connectionLane } from '../../../../lib/work/lane-name.ts';
import { laneKey, needsPerson, submissionKey } from '../../../../lib/work/work-item.ts';
import { cliWorld, NOW } from './cli-world.ts';

const DAY = 86_400_000;

describe('submissions rerun --all', () => {
  test('finds what is not delivered however old it is, and nothing else', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('waiting');
    await world.submission('old', { createdAtMs: NOW - 200 * DAY, state: 'rejected', ...needsPerson('demo', NOW) });
    await world.submission('sent', { state: 'delivered', zohoId: '1' });
    await world.records.update(submissionKey('sent'), { remove: ['lane', 'dueAtMs'] });
    const printed = await world.type('submissions rerun --all');
    expect(printed).toMatchObject({ exitCode: 0, stdout: '2 submissions will be sent again.\n' });
    expect(await world.records.get(submissionKey('old'))).toMatchObject({
      state: 'pending',
      lane: connectionLane('demo'),
      dueAtMs: NOW,
    });
    expect(await world.records.get(submissionKey('sent'))).toMatchObject({ state: 'delivered' });
  });

  test('of one source leaves the other source of a shared connection alone', async () => {
    const world = cliWorld();
    await world.apply('first', 'shared');
    await world.apply('second', 'shared');
    await world.submission('a', { source: 'first', connection: 'shared', dueAtMs: NOW + DAY });
    await world.submission('b', { source: 'second', connection: 'shared', dueAtMs: NOW + DAY });
    const { submissions } = await world.json('submissions rerun --all --source first');
    expect(submissions).toEqual([{ id: 'a', status: 'rerun' }]);
    expect(await world.records.get(submissionKey('b'))).toMatchObject({ dueAtMs: NOW + DAY });
  });

  test('ends the back-off of the lane, and only says so when it is a dry run', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('waiting');
    const lane = laneKey(connectionLane('demo'));
    await world.records.update(lane, { set: { backoffUntilMs: NOW + 60_000, backoffMs: 60_000, reason: 'http_503' } });
    const before = world.records.items();
    expect((await world.type('submissions rerun --all --dry-run')).stdout).toContain('nothing was changed');
    expect(world.records.items()).toEqual(before);
    await world.type('submissions rerun --all');
    expect(await world.records.get(lane)).not.toHaveProperty('backoffUntilMs');
    expect(await world.records.get(lane)).toMatchObject({ bell: connectionLane('demo') });
  });

  test('says when nothing moves because the lane is parked', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('waiting');
    await world.records.update(laneKey(connectionLane('demo')), { set: { state: 'parked', reason: 'invalid_client' } });
    expect((await world.type('submissions rerun --all')).stdout).toContain('zoho#demo is parked (invalid_client)');
  });
});

describe('submissions rerun by id', () => {
  test('refuses what is delivered and what is being sent, as a finding', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('sent', { state: 'delivered' });
    await world.submission('flying', { state: 'sending', claimUntilMs: NOW + 5_000 });
    const printed = await world.type('submissions rerun sent flying');
    expect(printed.exitCode).toBe(1);
    expect(printed.stdout).toContain('sent is delivered already');
    expect(printed.stdout).toContain('flying is being sent right now');
  });

  test.each(['submissions rerun', 'submissions rerun a --all', 'submissions rerun a --source demo'])(
    '%s is wrong use',
    async (line) => {
      expect((await cliWorld().type(line)).exitCode).toBe(2);
    },
  );
});

describe('submissions list', () => {
  test('shows the state of a lane on the items that wait for it', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('waiting');
    const lane = laneKey(connectionLane('demo'));
    await world.records.update(lane, { set: { backoffUntilMs: NOW + 90_000, reason: 'http_503' } });
    expect((await world.type('submissions list demo')).stdout).toMatch(
      /waiting +1m +contact +pending +backing off: http_503 +0 +in 1m/,
    );
    await world.records.update(lane, { set: { state: 'parked', reason: 'revoked' } });
    const { submissions } = await world.json('submissions list');
    expect(submissions).toEqual([
      expect.objectContaining({ id: 'waiting', lane: 'parked', reason: 'parked: revoked' }),
    ]);
    expect(submissions[0]).not.toHaveProperty('nextTryAt');
  });

  test('never shows what a person typed', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('one');
    for (const line of [
      'submissions list',
      'submissions list --json',
      'submissions show one',
      'submissions show one --json',
    ]) {
      const { stdout } = await world.type(line);
      expect(stdout).toContain('one');
      expect(stdout).not.toMatch(/wing@example\.com|Chan/);
    }
    expect((await world.type('submissions show one --reveal')).stdout).toContain('wing@example.com');
  });

  test('says which scope is missing, and what to do about it', async () => {
    const world = cliWorld();
    await world.apply('demo');
    const warnings = [{ field: 'Notes', code: 'notes_not_permitted', needs: 'ZohoCRM.modules.notes.CREATE' }];
    await world.submission('one', { state: 'rejected', reason: 'notes_not_permitted', warnings });
    const { stdout } = await world.type('submissions show one');
    expect(stdout).toContain('needs the scope ZohoCRM.modules.notes.CREATE');
    expect(stdout).toMatch(/next step\s+npx leadloop connect demo.+submissions rerun one/);
  });

  test('names the module that the record is in, which is not always the form’s', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('one', { state: 'delivered', zohoId: '22', zohoModule: 'Contacts', zohoAction: 'update' });
    expect((await world.type('submissions show one')).stdout).toMatch(/Zoho\s+Contacts 22 \(update\)/);
    expect(await world.json('submissions show one')).toMatchObject({ module: 'Leads', zohoModule: 'Contacts' });
  });

  test('stored text cannot steer the terminal', async () => {
    const world = cliWorld();
    await world.apply('demo');
    await world.submission('one', { fields: { 'x\u001b[2J': 'y\u001b[31mred\r\nforged' } });
    const { stdout } = await world.type('submissions show one --reveal');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(stdout).not.toMatch(/^forged/m);
  });
});

test('lanes list counts what waits for a person, by source', async () => {
  const world = cliWorld();
  await world.apply('demo');
  await world.submission('one', { state: 'rejected', lane: attentionLane('demo') });
  await world.submission('two');
  const { lanes, attention } = await world.json('lanes list');
  expect(lanes).toEqual([expect.objectContaining({ lane: 'zoho#demo', state: 'open', waiting: 1, inFlight: 0 })]);
  expect(attention).toEqual([{ source: 'demo', count: 1, hasMore: false }]);
  expect((await world.type('lanes list')).stdout).toContain('demo  1 item\n');
});

test('lanes list tells of a lane without credits when it goes on, what it has spent and what Zoho says is left', async () => {
  const world = cliWorld();
  await world.apply('demo');
  const hour = Math.floor(NOW / 3_600_000);
  const hours = { [hour]: 12, [hour - 5]: 30, [hour - 24]: 500 };
  await world.records.update(laneKey('zoho#demo'), { set: { spending: { hours } } });
  expect((await world.json('lanes list')).lanes).toEqual([
    expect.objectContaining({ state: 'open', creditsSpent: 42 }), // what was spent a day ago has come back
  ]);

  const spending = { hours, remaining: 18, remainingAtMs: NOW - 60_000 };
  const held = { reason: 'credits_used_up', backoffUntilMs: NOW + 14 * 60_000 };
  await world.records.update(laneKey('zoho#demo'), { set: { spending, ...held } });
  expect((await world.json('lanes list')).lanes).toEqual([
    expect.objectContaining({
      state: 'backing off',
      reason: 'credits_used_up',
      until: '2026-11-21T09:44:00.000Z',
      creditsSpent: 42,
      creditsLeft: 18,
      creditsAt: '2026-11-21T09:29:00.000Z',
    }),
  ]);
  expect((await world.type('lanes list')).stdout).toMatch(/in 14m +credits_used_up +42 +18\n/);
});

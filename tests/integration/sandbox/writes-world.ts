import { expect } from '@jest/globals';
import { startTestSandbox } from './client.ts';

export const ID = /^\d{19}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/;
export const person = { name: 'Ops User', id: expect.stringMatching(ID) };
/** What every result of a write carries of its record. */
export const details = {
  Modified_Time: expect.stringMatching(TIME),
  Modified_By: person,
  Created_Time: expect.stringMatching(TIME),
  id: expect.stringMatching(ID),
  Created_By: person,
  $approval_state: 'approved',
};
export const chan = { Last_Name: 'Chan', First_Name: 'Tai Man', Email: 'tm@example.com', Phone: '+852 5123 4567' };

/** A sandbox whose clock a test lets pass, with a connection to it. */
export const connected = async () => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15, 250);
  const sandbox = await startTestSandbox({ now: () => nowMs });
  const { crm } = await sandbox.connect();
  const read = async (module: string, id: string) =>
    ((await crm('GET', `${module}/${id}`)).body.data as Array<Record<string, unknown>>)[0];
  return {
    ...sandbox,
    crm,
    read,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

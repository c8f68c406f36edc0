import { createLog } from '../../../../lib/platform/log.ts';
import { createMemorySecrets } from '../../../support/memory-secrets.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

/** What every instance of a function meets, but for table and network: virtual time, one secret store, one log. */
export const createBenchPorts = () => {
  const clock = createVirtualClock();
  const secrets = createMemorySecrets();
  const lines: string[] = [];
  let ids = 0;
  const ports = {
    secrets: async () => secrets,
    stage: 'test',
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    log: createLog((line) => lines.push(line), clock.now),
    extraHosts: { accounts: [], api: [] },
  };
  return { clock, secrets, lines, ports };
};

/** One record of a call that Zoho acted upon, or one result it gave. */
export type Act = {
  atMs: number;
  module: string;
  kind: 'insert' | 'upsert';
  fields: Record<string, unknown>;
  /** Zoho committed it after its caller had stopped waiting. */
  isLate: boolean;
};

type OpenCall = { keys: string[] };

const MINT_WINDOW_MS = 10 * 60_000;
/** Zoho's limit ("Token Validity"). */
const MAX_MINTS = 10;

/** Looks over the network's shoulder and notes every promise that is broken while the world runs. */
export const createAudit = ({ now, maxConcurrent }: { now: () => number; maxConcurrent: Record<string, number> }) => {
  const violations: string[] = [];
  const open = new Map<string, Set<OpenCall>>();
  const acts: Act[] = [];
  const mints = new Map<string, number[]>();
  const refreshes = new Map<string, number>();
  let calls = 0;

  const violate = (text: string): void => {
    if (violations.length < 20) violations.push(text);
  };

  return {
    violations,
    violate,
    acts: (): readonly Act[] => acts,
    calls: () => calls,
    acted: (act: Omit<Act, 'atMs'>): void => void acts.push({ ...act, atMs: now() }),

    /** A call to a receiver leaves; the function it returns ends it. `keys`: values no other call may carry meanwhile. */
    begin: (receiver: string, keys: string[]): (() => void) => {
      calls += 1;
      const others = open.get(receiver) ?? new Set<OpenCall>();
      open.set(receiver, others);
      const busy = new Set([...others].flatMap((one) => one.keys));
      if (new Set(keys).size !== keys.length) violate(`one call to ${receiver} carried a value twice`);
      if (keys.some((key) => busy.has(key))) violate(`two calls to ${receiver} were in flight for one value`);
      const call = { keys };
      others.add(call);
      const limit = maxConcurrent[receiver] ?? Infinity;
      if (others.size > limit) violate(`${others.size} calls to ${receiver} were in flight, ${limit} are allowed`);
      return () => void others.delete(call);
    },

    /** A refresh leaves; the function it returns ends it. */
    beginRefresh: (refreshToken: string): (() => void) => {
      const running = (refreshes.get(refreshToken) ?? 0) + 1;
      refreshes.set(refreshToken, running);
      if (running > 1) violate('two refreshes of one refresh token were in flight');
      return () => void refreshes.set(refreshToken, (refreshes.get(refreshToken) ?? 1) - 1);
    },

    /** Zoho answered a refresh with a token, or said by itself that there had been too many. */
    refreshed: (refreshToken: string, outcome: 'minted' | 'throttled'): void => {
      if (outcome === 'throttled') violate('Zoho locked a refresh token for too many mints');
      if (outcome !== 'minted') return;
      const recent = [...(mints.get(refreshToken) ?? []), now()].filter((atMs) => atMs > now() - MINT_WINDOW_MS);
      mints.set(refreshToken, recent);
      if (recent.length > MAX_MINTS) violate(`${recent.length} tokens were minted within ten minutes`);
    },
    mints: (): number => [...mints.values()].flat().length,
  };
};
export type Audit = ReturnType<typeof createAudit>;

import type { Noise } from './noise.ts';

/** Who may be in trouble, and how. Each kind of trouble is something that the real one of that name does. */
export const troubleKinds = {
  /** `*_after`, `late`, `half`: it acts, and the answer is lost, comes too late, or is cut off. */
  crm: [
    'refused',
    'cut',
    'cut_after',
    'hangs',
    'hangs_after',
    'late',
    'half',
    'http_429',
    'http_500',
    'http_500_after',
    'http_502',
    'locked',
    'slow',
    'invalid_token',
  ],
  accounts: ['refused', 'cut', 'cut_after', 'hangs', 'hangs_after', 'http_500', 'throttled', 'half'],
  inbox: [
    'refused',
    'cut',
    'cut_after',
    'hangs',
    'hangs_after',
    'http_429',
    'http_500',
    'http_500_after',
    'http_302',
    'slow',
  ],
  table: ['throttled', 'unreachable', 'unreachable_after', 'repeated', 'conflict', 'conflict_after'],
  secrets: ['unreachable', 'unreachable_after'],
} as const;
export type TroubleTarget = keyof typeof troubleKinds;
export type TroubleKind<Target extends TroubleTarget> = (typeof troubleKinds)[Target][number];

/** From `fromMs` on for `forMs`, a share of the calls (`rate`, above 0 up to 1) meets it. */
export type Trouble = {
  [Target in TroubleTarget]: {
    target: Target;
    kind: TroubleKind<Target>;
    fromMs: number;
    forMs: number;
    rate: number;
  };
}[TroubleTarget];

/** What is wrong right now, as each call asks anew. */
export const createTroubles = (
  troubles: Trouble[],
  { elapsedMs, noise }: { elapsedMs: () => number; noise: Noise },
) => {
  let over = false;
  const counts = new Map<string, number>();

  const at = <Target extends TroubleTarget>(target: Target): TroubleKind<Target> | undefined => {
    if (over) return undefined;
    const nowMs = elapsedMs();
    for (const trouble of troubles) {
      const isOn = trouble.target === target && trouble.fromMs <= nowMs && nowMs < trouble.fromMs + trouble.forMs;
      if (!isOn || !noise.chance(trouble.rate)) continue;
      const name = `${trouble.target} ${trouble.kind}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return troubleKinds[target].find((kind) => kind === trouble.kind);
    }
    return undefined;
  };

  return {
    at,
    /** Everything works from here on. */
    end: (): void => {
      over = true;
    },
    /** How many calls met which trouble. */
    counts: (): ReadonlyMap<string, number> => counts,
  };
};
export type Troubles = ReturnType<typeof createTroubles>;

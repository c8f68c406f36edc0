import { summaryText } from '../measure/statistics.ts';
import type { RealIsolation } from '../measures/real-isolation.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');

const besideText = ({ conditions, waiting, rounds, ...rest }: RealIsolation): string[] => {
  const { alone, present, beside } = conditions;
  if (beside === undefined) return [];
  const { byAlone, byPresent } = rest.ratio;
  const ratio = byPresent ?? byAlone;
  const lone = (figures: typeof beside | undefined): string =>
    figures?.lone === undefined ? '' : ` (a lone lead ${whole(figures.lone.p50Ms.median)})`;
  const of = (what: string, figures: typeof beside | undefined): string[] =>
    figures === undefined
      ? []
      : [
          `${what} p50 ${whole(figures.steady.p50Ms.median)}${lone(figures)}, p99 ${whole(figures.steady.p99Ms.median)} ms`,
        ];
  return [
    `Isolation (real time, the whole local stack, medians of ${rounds} rounds): from posted to delivered ${[
      ...of('alone', alone),
      ...of(`with ${whole(waiting)} leads of another client waiting`, present),
      ...of(
        `with ${whole(rest.hangingCalls)} of its calls hanging ${whole(rest.hangingShare * 100)} % of the time`,
        beside,
      ),
    ].join('; ')}.`,
    ...(ratio === undefined
      ? []
      : [
          `  Each round by its own ${byPresent === undefined ? 'block alone' : 'block with the same writes and no hanging call'}: p50 × ${summaryText(ratio.steadyP50, 2)}, p99 × ${summaryText(ratio.steadyP99, 2)}. ${whole(waiting)} leads were put there in ${whole(rest.seedSeconds)} s; load of the machine ${rest.load.map((load) => load.toFixed(1)).join(' to ')}.`,
        ]),
  ];
};

const startingText = ({ conditions: { starting, written } }: RealIsolation): string[] =>
  starting === undefined || written === undefined
    ? []
    : [
        `  What the emulator adds as the other's worker claims its first thousand, ten transactions at once: p99 ${whole(starting.steady.p99Ms.median)} ms, one read up to ${whole(starting.emulator.longestMs.median)} ms; with the same writes by the bench alone ${whole(written.steady.p99Ms.median)} and ${whole(written.emulator.longestMs.median)} ms.`,
      ];

/** The measured isolation as a person reads it. */
export const realIsolationText = (measured: RealIsolation | undefined): string[] =>
  measured === undefined
    ? ['skipped: isolation in real time, which needs dynoxide, and minutes that a quick look has not']
    : [...besideText(measured), ...startingText(measured)];

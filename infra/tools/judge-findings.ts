/** What a checker has against one resource. `rule` is the checker's own name for it, `path` the resource's logical id. */
export type Finding = { rule: string; path: string; message: string };

/** A finding that stays, at each of the named resources, and why. */
export type AcceptedFinding = { rule: string; paths: string[]; reason: string };

const keyOf = (rule: string, path: string): string => `${rule} at ${path}`;

/**
 * Findings nobody has accepted, and acceptances without a finding: a reason that has outlived its cause would hide the
 * next one.
 */
export const judgeFindings = (
  found: Finding[],
  accepted: AcceptedFinding[],
): { unaccepted: Finding[]; outlived: string[] } => {
  const foundKeys = new Set(found.map(({ rule, path }) => keyOf(rule, path)));
  const acceptedKeys = accepted.flatMap(({ rule, paths }) => paths.map((path) => keyOf(rule, path)));
  return {
    unaccepted: found.filter(({ rule, path }) => !acceptedKeys.includes(keyOf(rule, path))),
    outlived: acceptedKeys.filter((key) => !foundKeys.has(key)),
  };
};

import type { Module } from './modules.ts';

/**
 * Which fields an upsert compares, in order ("Upsert Records"): those that were sent, then every unique field that was
 * not. The system's own check field counts only when it is sent, or when nothing is.
 */
export const checkOrder = (
  module: Pick<Module, 'systemCheckField' | 'uniqueFields'>,
  sent: readonly string[],
): string[] => {
  const first = sent.length === 0 ? [module.systemCheckField] : sent;
  return [...new Set([...first, ...module.uniqueFields])];
};

/** The first name that may not stand in `duplicate_check_fields`, as its index; -1 when all may. */
export const firstUncheckable = (
  module: Pick<Module, 'systemCheckField' | 'uniqueFields'>,
  sent: readonly string[],
): number => sent.findIndex((name) => name !== module.systemCheckField && !module.uniqueFields.includes(name));

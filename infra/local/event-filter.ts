/** One leaf condition of a Lambda event filter, on strings and null as far as streams need them. */
const leafHolds = (condition: unknown, value: unknown): boolean => {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  if ('exists' in condition) return condition.exists === (value !== undefined);
  if ('prefix' in condition) return typeof value === 'string' && value.startsWith(String(condition.prefix));
  if ('suffix' in condition) return typeof value === 'string' && value.endsWith(String(condition.suffix));
  if ('anything-but' in condition) {
    const not = condition['anything-but'];
    return value !== undefined && !(Array.isArray(not) ? not : [not]).includes(value);
  }
  throw new Error(`serverless.yml: the filter condition ${Object.keys(condition).join()} is not understood here`);
};

/** Whether a record passes one filter pattern: every named leaf must match one of its conditions. */
export const passesFilter = (pattern: unknown, record: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((condition) => leafHolds(condition, record));
  if (typeof pattern !== 'object' || pattern === null)
    throw new Error('serverless.yml: a filter pattern must end in lists');
  const fields: Record<string, unknown> = typeof record === 'object' && record !== null ? { ...record } : {};
  return Object.entries(pattern).every(([name, inner]) => passesFilter(inner, fields[name]));
};

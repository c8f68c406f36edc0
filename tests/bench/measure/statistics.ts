/** `low` and `high` are the first and third quartile: half of all values lie between them. */
export type Summary = { median: number; low: number; high: number; count: number };

/** The value below which a share of `values` lies, between neighbours in proportion. NaN without values. */
export const quantile = (values: number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

export const summarize = (values: number[]): Summary => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
  count: values.length,
});

/** `12.3 (11.9–13.0)` */
export const summaryText = ({ median, low, high }: Summary, digits = 1): string =>
  `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;

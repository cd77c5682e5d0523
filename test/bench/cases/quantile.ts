// Quantiles of what a bench has measured.

/** The least value that a share of all values (0 to 1) does not exceed, to two decimals; 0 where there is none. */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return Math.round(value * 100) / 100;
}

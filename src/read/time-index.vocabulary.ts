// Positions and times as ids of documents: written so that their order as text is their order as numbers.

/** Milliseconds of a bucket, by grain. A search reads at most a hundred buckets of each grain but the last. */
export const GRAINS = [10_000, 1_000_000, 100_000_000] as const;
const DIGITS = 20;

export const padded = (position: bigint): string => position.toString().padStart(DIGITS, '0');

/**
 * The id of the bucket in which a time (milliseconds since the epoch) falls, or of the bucket `later` buckets after it.
 */
export const bucketId = (grain: number, time: number, later = 0): string =>
  `${grain}/${String(Math.floor(time / GRAINS[grain]!) + later).padStart(DIGITS, '0')}`;

/** The time at which a bucket begins, in milliseconds since the epoch. */
export const beginOf = (grain: number, id: string): number => Number(id.split('/')[1]) * GRAINS[grain]!;

// When positions were recorded: buckets of time at three grains, each with the positions and times that fell into it.
import type { StoredEvent } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface TimeBucket extends Doc {
  readonly grain: number;
  /** Positions of the first and the last event recorded in the bucket, padded so that they sort as text. */
  readonly first: string;
  readonly last: string;
  /** The latest time recorded in the bucket, in milliseconds since the epoch. */
  readonly latest: number;
}

/** Milliseconds of a bucket, by grain. A search reads at most a hundred buckets of each grain but the last. */
export const GRAINS = [10_000, 1_000_000, 100_000_000] as const;
const DIGITS = 20;

export const padded = (position: bigint): string => position.toString().padStart(DIGITS, '0');

/**
 * The id of the bucket in which a time (milliseconds since the epoch) falls, or of the bucket `later` buckets after it.
 */
export const bucketId = (grain: number, time: number, later = 0): string =>
  `${grain}/${String(Math.floor(time / GRAINS[grain]!) + later).padStart(DIGITS, '0')}`;

export const timeIndex: Projection<TimeBucket> = {
  name: 'time-index',
  version: 1,
  indexes: [['first']],
  on: {},
  onAny: ({ position, recordedAt }: StoredEvent) => {
    const last = padded(position);
    return GRAINS.map((_, grain) => ({
      id: bucketId(grain, recordedAt),
      change: (old: TimeBucket | undefined) => ({
        grain,
        first: old?.first ?? last,
        last,
        latest: Math.max(old?.latest ?? recordedAt, recordedAt),
      }),
    }));
  },
};

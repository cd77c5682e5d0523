// When positions were recorded: buckets of time at three grains, each with the positions and times that fell into it.
import type { StoredEvent } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface TimeBucket extends Doc {
  readonly grain: number;
  /** Positions of the first and the last event recorded in it, padded so that they sort as text. */
  readonly first: string;
  readonly last: string;
  /** Latest time recorded in it, milliseconds since the epoch. */
  readonly latest: number;
}

/** Milliseconds of a bucket, by grain: a question reads at most a hundred buckets of a grain but the last. */
export const GRAINS = [10_000, 1_000_000, 100_000_000] as const;
const DIGITS = 20;

export const padded = (position: bigint): string => position.toString().padStart(DIGITS, '0');

/** Id of the bucket of a grain that a time falls into; `later` buckets further on. */
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

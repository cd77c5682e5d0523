// When positions were recorded: buckets of time at three grains, each with the positions and times that fell into it.
import type { Origin, StoredEvent } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import { bucketId, GRAINS, padded } from '../src/read/time-index.vocabulary';
import type { Projection } from './projection';

export interface TimeBucket extends Doc {
  readonly grain: number;
  /** Positions of the first and the last event recorded in the bucket, padded so that they sort as text. */
  readonly first: string;
  readonly last: string;
  /** The latest time recorded in the bucket, in milliseconds since the epoch. */
  readonly latest: number;
  /** Of a first event that was brought from another log: its position there, padded, by the id of that log. */
  readonly origins?: Readonly<Record<string, string>>;
}

export const timeIndex: Projection<TimeBucket> = {
  name: 'time-index',
  version: 1,
  indexes: [['first']],
  on: {},
  onAny: ({ position, recordedAt, meta }: StoredEvent) => {
    const last = padded(position);
    const origins = originsOf(meta.origin);
    return GRAINS.map((_, grain) => ({
      id: bucketId(grain, recordedAt),
      change: (old: TimeBucket | undefined) => ({
        grain,
        first: old?.first ?? last,
        last,
        latest: Math.max(old?.latest ?? recordedAt, recordedAt),
        ...(old ? old.origins && { origins: old.origins } : origins && { origins }),
      }),
    }));
  },
};

const originsOf = (origin: Origin | undefined): Record<string, string> | undefined =>
  origin && { ...originsOf(origin.before), [origin.logId]: padded(BigInt(origin.position)) };

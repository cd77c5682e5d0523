// Counts the rows that purges have removed from the audit log between two positions.
import { purgedRows } from '../../../projections/audit/purged-rows';
import type { StoredEvent } from '../../eventsourcing/event';
import type { EventStore } from '../../eventsourcing/event-store';
import type { Freshness, ReadModels } from '../../read/read-models';
import { padded } from '../../read/time-index.vocabulary';
import type { PurgeEvents } from './purge.events';

const PAGE = 1_000;

export class PurgedRows {
  constructor(
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
  ) {}

  /** How many rows of events with `first` <= position <= `last` are purged, as far as purges have been applied. */
  async between(first: bigint, last: bigint, fresh?: Freshness): Promise<number> {
    const [from, to] = [padded(first), padded(last)];
    const filter = { first: { $lte: to }, last: { $gte: from } };
    let count = 0;
    for await (const slices of this.readModels.pages(purgedRows, { filter, limit: PAGE }, fresh))
      for (const slice of slices)
        count +=
          slice.first >= from && slice.last <= to
            ? slice.rows
            : rowsOf(await this.store.eventAt(BigInt(slice.id))).filter((row) => row >= from && row <= to)
                .length;
    return count;
  }
}

function rowsOf(event: StoredEvent | undefined): string[] {
  if (!event) throw new Error('A slice of a purge without its event');
  const { rows } = event.data as PurgeEvents['purge.rows-removed.v1'];
  return rows.map((row) => padded(BigInt(row)));
}

// Tells which rows purges have removed from the audit log between two positions, and how many.
import { purgedRows, type PurgedSlice } from '../../../projections/audit/purged-rows';
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
    let count = 0;
    for await (const slice of this.slices(from, to, fresh))
      count +=
        slice.first >= from && slice.last <= to
          ? slice.rows
          : (await this.rowsOf(slice)).filter((row) => row >= from && row <= to).length;
    return count;
  }

  /** Padded positions of purged rows, those between `first` and `last` among them; to be asked of a page of rows. */
  async among(first: bigint, last: bigint, fresh?: Freshness): Promise<ReadonlySet<string>> {
    const rows = new Set<string>();
    for await (const slice of this.slices(padded(first), padded(last), fresh))
      for (const row of await this.rowsOf(slice)) rows.add(row);
    return rows;
  }

  private async *slices(from: string, to: string, fresh?: Freshness): AsyncGenerator<PurgedSlice> {
    const filter = { first: { $lte: to }, last: { $gte: from } };
    for await (const slices of this.readModels.pages(purgedRows, { filter, limit: PAGE }, fresh))
      yield* slices;
  }

  private async rowsOf({ id }: PurgedSlice): Promise<string[]> {
    const event = await this.store.eventAt(BigInt(id));
    if (!event) throw new Error('A slice of a purge without its event');
    const { rows } = event.data as PurgeEvents['purge.rows-removed.v1'];
    return rows.map((row) => padded(BigInt(row)));
  }
}

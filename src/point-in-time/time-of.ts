// The time a position stands for: that of the last event at or before it.
import type { EventStore } from '../eventsourcing/event-store';

/** Epoch where there is no event yet. Depends on log and position alone. */
export async function timeOf(eventStore: EventStore, position: bigint): Promise<Date> {
  return new Date((await eventStore.lastAt(position))?.recordedAt ?? 0);
}

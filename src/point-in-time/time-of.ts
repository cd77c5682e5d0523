// Tells the time of a position: that of the last event at or before the position.
import type { EventStore } from '../eventsourcing/event-store';

/** 1970 where there is no event yet. Depends on log and position alone. */
export async function timeOf(eventStore: EventStore, position: bigint): Promise<Date> {
  return new Date((await eventStore.lastAt(position))?.recordedAt ?? 0);
}

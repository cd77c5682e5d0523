// The time a position stands for: that of the last event at or before it.
import type { StoredEvent } from '../eventsourcing/event';
import { START, type EventStore } from '../eventsourcing/event-store';

/** Epoch where there is no event yet. Depends on log and position alone. */
export async function timeOf(eventStore: EventStore, position: bigint): Promise<Date> {
  return new Date((await lastAt(eventStore, position))?.recordedAt ?? 0);
}

/** Positions are not dense: looks back in doubling strides, then halves the last one. */
async function lastAt(eventStore: EventStore, position: bigint): Promise<StoredEvent | undefined> {
  const firstAfter = async (after: bigint): Promise<StoredEvent | undefined> => {
    const [event] = await eventStore.readAll(after, 1);
    return event && event.position <= position ? event : undefined;
  };
  let after = position - 1n;
  let found = await firstAfter(after);
  if (found) return found;
  let tooFar = after;
  for (let stride = 1n; !found; stride *= 2n) {
    if (after === START) return undefined;
    tooFar = after;
    after = after - stride > START ? after - stride : START;
    found = await firstAfter(after);
  }
  while (tooFar - after > 1n) {
    const middle = (after + tooFar) / 2n;
    const event = await firstAfter(middle);
    if (event) [after, found] = [middle, event];
    else tooFar = middle;
  }
  return found;
}

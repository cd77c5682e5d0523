// The events of one stream, upcast, page by page: a long one is never held whole.
import { breathe } from './breath';
import type { Codec } from './codec';
import type { EventMap, RecordedOf } from './event';
import type { EventStore } from './event-store';

/** Oldest first, from a revision on. No page is empty. */
export async function* streamPages<M extends EventMap>(
  eventStore: EventStore,
  codec: Codec,
  stream: string,
  fromRevision = 0,
): AsyncGenerator<RecordedOf<M>[], void> {
  for (let from = fromRevision; ;) {
    const { events, end } = await eventStore.read(stream, from);
    if (events.length > 0) yield events.map((event) => codec.decode<M>(event));
    if (end) return;
    // Embedded stores answer at once: without this a long stream would hold the thread to its end.
    await breathe();
    from = events.at(-1)!.revision + 1;
  }
}

/** The same newest first, from the last event down to the first. */
export async function* streamPagesBack<M extends EventMap>(
  eventStore: EventStore,
  codec: Codec,
  stream: string,
): AsyncGenerator<RecordedOf<M>[], void> {
  for (let from: number | undefined; ;) {
    const { events, end } = await eventStore.readBack(stream, from);
    if (events.length > 0) yield events.map((event) => codec.decode<M>(event));
    if (end) return;
    await breathe();
    from = events.at(-1)!.revision - 1;
  }
}

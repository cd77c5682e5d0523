// Reads the events of one stream, upcast, page by page: a long stream is never held whole.
import { breathe } from './breath';
import type { Codec } from './codec';
import type { EventMap, RecordedOf } from './event';
import type { EventStore } from './event-store';

/** The events of a stream oldest first, from a revision on. No page is empty. */
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
    // An embedded store answers at once: without a breath, reading a long stream would hold the thread to its end.
    await breathe();
    from = events.at(-1)!.revision + 1;
  }
}

/** The events of a stream newest first, from a revision (default: the last) down to its first. No page is empty. */
export async function* streamPagesBack<M extends EventMap>(
  eventStore: EventStore,
  codec: Codec,
  stream: string,
  fromRevision?: number,
): AsyncGenerator<RecordedOf<M>[], void> {
  for (let from = fromRevision; ;) {
    const { events, end } = await eventStore.readBack(stream, from);
    if (events.length > 0) yield events.map((event) => codec.decode<M>(event));
    if (end) return;
    await breathe();
    from = events.at(-1)!.revision - 1;
  }
}

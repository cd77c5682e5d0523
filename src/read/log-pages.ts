// Reads the whole log after a position, page by page: memory holds a page at once.
import { breathe } from '../eventsourcing/breath';
import type { StoredEvent } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';

const PAGE = 1_000;

export interface LogPagesOptions {
  /** Position of the last event that is wanted; without one, the log is read to its end. */
  readonly upTo?: bigint;
  /** Looked at before each page: rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The events after a position, not upcast. No page is empty. */
export async function* logPages(
  eventStore: EventStore,
  after: bigint,
  { upTo, signal }: LogPagesOptions = {},
): AsyncGenerator<StoredEvent[], void> {
  for (let from = after; upTo === undefined || from < upTo;) {
    signal?.throwIfAborted();
    const { events, end } = await eventStore.readAll(from, PAGE);
    const wanted = upTo === undefined ? events : events.filter(({ position }) => position <= upTo);
    if (wanted.length > 0) yield wanted;
    if (end) return;
    // An embedded store answers at once: without a breath, reading a long log would hold the thread to its end.
    await breathe();
    from = events.at(-1)!.position;
  }
}

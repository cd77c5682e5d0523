// Reads a whole log into memory: for tests, whose logs are small.
import type { StoredEvent } from '../../src/eventsourcing/event';
import { START, type EventStore } from '../../src/eventsourcing/event-store';

/** All events after a position, read in pages of at most `limit`. */
export async function eventsAfter(
  store: EventStore,
  after: bigint = START,
  limit = 1_000,
): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const { events, end } = await store.readAll(all.at(-1)?.position ?? after, limit);
    all.push(...events);
    if (end) return all;
  }
}

/** All events of a stream from a revision on. */
export async function eventsOfStream(
  store: EventStore,
  stream: string,
  fromRevision = 0,
): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const { events, end } = await store.read(stream, fromRevision + all.length);
    all.push(...events);
    if (end) return all;
  }
}

// Reads the log beside the server that writes it: a test strikes as soon as something stands there.
import { breathe } from '../../src/eventsourcing/breath';
import type { StoredEvent } from '../../src/eventsourcing/event';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';

export async function withLog<T>(dataDir: string, work: (log: EventStore) => Promise<T>): Promise<T> {
  const log = await EmbeddedEventStore.openReadOnly(dataDir);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

export const headOf = (dataDir: string): Promise<bigint> => withLog(dataDir, (log) => log.head());

export async function eventsAfter(log: EventStore, after: bigint): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let at = after; ;) {
    const { events, end } = await log.readAll(at, 1_000);
    found.push(...events);
    if (end || events.length === 0) return found;
    at = events.at(-1)!.position;
  }
}

const PATIENCE_MS = 120_000;

/** Resolves once the log has an event of one of some types after a position. */
export async function tells(log: EventStore, types: readonly string[], after: bigint): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let at = after; ;) {
    const { events } = await log.readAll(at, 100);
    if (events.some(({ type }) => types.includes(type))) return;
    if (Date.now() > deadline) throw new Error(`The log tells of no ${types.join(', ')}`);
    at = events.at(-1)?.position ?? at;
    if (events.length === 0) await breathe();
  }
}

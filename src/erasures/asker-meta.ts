// Metadata of what erasures do, in the name of whoever asked for them.
import { systemMetaFor } from '../caller';
import type { Meta } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';

/**
 * Makes metadata, each of a command of its own, in the name of whoever appended the event at a position. Rejects where
 * there is no event at that position.
 */
export async function metaOfAsker(store: EventStore, position: bigint): Promise<() => Meta> {
  const asked = await store.lastAt(position);
  if (asked?.position !== position) throw new Error('An erasure without its event');
  return () => systemMetaFor('erasures', asked.meta);
}

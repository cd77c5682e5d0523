// Makes JSON text of events, within the size limit that all stores share.
import type { NewEvent } from '../event';
import { AppendTooLarge, MAX_APPEND_BYTES } from '../event-store';

export interface SerializedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly meta: string;
}

/** Throws AppendTooLarge. Counts bytes as EventStoreDB does: data and metadata in UTF-8, the type in UTF-16. */
export function serialize(events: readonly NewEvent[]): SerializedEvent[] {
  if (events.length === 0) throw new Error('An append needs an event');
  let bytes = 0;
  const serialized = events.map(({ id, type, data, meta }) => {
    const event = { id, type, data: JSON.stringify(data), meta: JSON.stringify(meta) };
    bytes += Buffer.byteLength(event.data) + Buffer.byteLength(event.meta) + 2 * type.length;
    return event;
  });
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge();
  return serialized;
}

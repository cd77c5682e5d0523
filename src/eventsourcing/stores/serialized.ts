// Makes JSON text of events, within the size limit that all stores share.
import { Refusal } from '../../refusals';
import type { EventMap, EventOf, Meta, NewEvent } from '../event';
import { AppendTooLarge, MAX_APPEND_BYTES, ORIGIN_BYTES } from '../event-store';

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
  const isBrought = events.some(({ meta }) => meta.origin);
  if (bytes > MAX_APPEND_BYTES - (isBrought ? 0 : ORIGIN_BYTES)) throw new AppendTooLarge();
  return serialized;
}

/**
 * Refuses with `event-too-large` what no append takes, before anything is appended on its behalf (a reservation, the key
 * of a request) that would stay in the log. `meta` is that of each event.
 */
export function refuseTooLarge<M extends EventMap>(events: readonly EventOf<M>[], meta: Meta): void {
  if (events.length === 0) return;
  try {
    serialize(events.map(({ type, data }) => ({ id: '', type, data, meta })));
  } catch (error) {
    throw error instanceof AppendTooLarge ? new Refusal('event-too-large') : error;
  }
}

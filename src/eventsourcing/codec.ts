// Turns stored events into the newest shape of their types: the one place where old shapes are upcast.
import type { EventMap, RecordedOf, StoredEvent } from './event';

/** By event type: turns a payload into that of the next version. Applied until no row is left for the type. */
export type Upcasts = Readonly<
  Record<string, (data: unknown, event: StoredEvent) => { type: string; data: unknown }>
>;

export class Codec {
  constructor(private readonly upcasts: Upcasts = {}) {}

  decode<M extends EventMap>(stored: StoredEvent): RecordedOf<M> {
    let event = stored;
    for (let upcast = this.upcasts[event.type]; upcast; upcast = this.upcasts[event.type])
      event = { ...event, ...upcast(event.data, event) };
    return event as RecordedOf<M>;
  }
}

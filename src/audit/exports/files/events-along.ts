// Finds the events of entries, which are asked for in the order of the log: it reads the log alongside where most of it is
// asked for, and single events where few are, so that a narrow export does not read all of it.
import type { RawEvent, StoredEvent } from '../../../eventsourcing/event';
import type { EventStore } from '../../../eventsourcing/event-store';

/** Events that are read at once where most of them are wanted; a page of the log is bounded by bytes, too. */
const MOST = 1_024;
/** Single events that are asked for at once. */
const SINGLE = 16;
/** Of the events read, one of so many must have been wanted for more to be read the next time. */
const DENSE = 3;

/** How events are read: parsed, or as they are stored. */
export interface EventSource<E extends { readonly position: bigint }> {
  at(position: bigint): Promise<E | undefined>;
  after(position: bigint, limit: number): Promise<readonly E[]>;
}

export const parsedEvents = (log: EventStore): EventSource<StoredEvent> => ({
  at: (position) => log.eventAt(position),
  after: async (position, limit) => (await log.readAll(position, limit)).events,
});

export const rawEvents = (log: EventStore): EventSource<RawEvent> => ({
  at: (position) => log.rawAt(position),
  after: async (position, limit) => (await log.readAllRaw(position, limit)).events,
});

export class EventsAlong<E extends { readonly position: bigint }> {
  private events: readonly E[] = [];
  /** The place in `events` of the first one that may still be asked for. */
  private next = 0;
  private used = 0;
  private most = SINGLE;

  constructor(private readonly source: EventSource<E>) {}

  /** The event at a position, where it has been read. */
  at(position: bigint): E | undefined {
    while (this.next < this.events.length && this.events[this.next]!.position < position) this.next++;
    const event = this.events[this.next];
    if (event?.position !== position) return undefined;
    this.next++;
    this.used++;
    return event;
  }

  /** Reads so that the first of some positions, which rise, is there, and as many of the others as it takes. */
  async read(positions: readonly bigint[]): Promise<void> {
    this.most =
      this.used * DENSE >= this.events.length
        ? Math.min(MOST, this.most * 2)
        : Math.max(SINGLE, this.most / 4);
    this.events = await (this.most > SINGLE ? this.stretch(positions[0]!) : this.single(positions));
    this.next = 0;
    this.used = 0;
  }

  private async stretch(from: bigint): Promise<readonly E[]> {
    const last = this.events.at(-1)?.position;
    // Most often the stretch goes on where the last one ended.
    if (last === from - 1n) return this.source.after(last, this.most);
    const first = await this.source.at(from);
    const events = await this.source.after(from, this.most);
    return first ? [first, ...events] : events;
  }

  private async single(positions: readonly bigint[]): Promise<E[]> {
    const asked = positions.slice(0, SINGLE).map((position) => this.source.at(position));
    return (await Promise.all(asked)).filter((event) => event !== undefined);
  }
}

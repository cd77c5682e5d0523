// Finds the events of entries, which are asked for in the order of the log: it reads the log alongside where most of it is
// asked for, and single events where few are, so that a narrow export does not read all of it.
import type { StoredEvent } from '../../../eventsourcing/event';
import type { EventStore } from '../../../eventsourcing/event-store';

/** Events that are read at once where most of them are wanted; a page of the log is bounded by bytes, too. */
const MOST = 1_024;
/** Single events that are asked for at once. */
const SINGLE = 16;
/** Of the events read, one of so many must have been wanted for more to be read the next time. */
const DENSE = 3;

export class EventsAlong {
  private events: readonly StoredEvent[] = [];
  /** The place in `events` of the first one that may still be asked for. */
  private next = 0;
  private used = 0;
  private most = SINGLE;

  constructor(private readonly eventStore: EventStore) {}

  /** The event at a position, where it has been read. */
  at(position: bigint): StoredEvent | undefined {
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

  private async stretch(from: bigint): Promise<StoredEvent[]> {
    const first = await this.eventStore.eventAt(from);
    const { events } = await this.eventStore.readAll(from, this.most);
    return first ? [first, ...events] : events;
  }

  private async single(positions: readonly bigint[]): Promise<StoredEvent[]> {
    const asked = positions.slice(0, SINGLE).map((position) => this.eventStore.eventAt(position));
    return (await Promise.all(asked)).filter((event) => event !== undefined);
  }
}

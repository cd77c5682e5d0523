// Gives the raw events at positions that only rise: by pages where most are wanted, one by one where they lie apart.
import type { RawEvent } from '../../../eventsourcing/event';
import type { EventStore } from '../../../eventsourcing/event-store';

/** Events of a page; of the first one behind a leap. */
const PAGE = { most: 500, first: 8 };

export class RawAlong {
  private page: readonly RawEvent[] = [];
  private at = 0;
  private size = PAGE.first;

  constructor(private readonly eventStore: EventStore) {}

  /** Throws where no event has the position. */
  async event(position: bigint): Promise<RawEvent> {
    const found = this.inPage(position) ?? (await this.inNextPage(position)) ?? (await this.leap(position));
    if (!found) throw new Error('No event has the position');
    return found;
  }

  private inPage(position: bigint): RawEvent | undefined {
    while (this.at < this.page.length && this.page[this.at]!.position < position) this.at++;
    const event = this.page[this.at];
    return event?.position === position ? event : undefined;
  }

  private async inNextPage(position: bigint): Promise<RawEvent | undefined> {
    const last = this.page.at(-1);
    if (!last || last.position > position) return undefined;
    this.page = (await this.eventStore.readAllRaw(last.position, this.size)).events;
    this.at = 0;
    this.size = Math.min(2 * this.size, PAGE.most);
    return this.inPage(position);
  }

  private async leap(position: bigint): Promise<RawEvent | undefined> {
    const event = await this.eventStore.rawAt(position);
    this.page = event ? [event] : [];
    this.at = 0;
    this.size = PAGE.first;
    return event;
  }
}

// Reads the log for many couriers at once: one page of it is in memory, and those at the same place share it.
import { breathe } from '../eventsourcing/breath';
import { START, type EventStore, type Page } from '../eventsourcing/event-store';

/** Events that are read at once: others wait for their page meanwhile. */
const PAGE = 200;

export class LogReading {
  private turn: Promise<unknown> = Promise.resolve();
  private last: Page & { readonly after: bigint } = { after: START, events: [], end: false };

  constructor(private readonly eventStore: EventStore) {}

  /** Gives the page after a position to `use`, once no other is in use; resolves with what that does. */
  async page<T>(after: bigint, use: (page: Page) => Promise<T>): Promise<T> {
    const before = this.turn;
    const reading = before.then(breathe).then(async () => use(await this.read(after)));
    this.turn = reading.catch(() => undefined);
    return reading;
  }

  /** Of a page that was read before, `end` says what was so then: whoever waits for more finds it soon. */
  private async read(after: bigint): Promise<Page> {
    const last = this.last.events.at(-1);
    if (!last || after < this.last.after || after >= last.position)
      this.last = { after, ...(await this.eventStore.readAll(after, PAGE)) };
    const { events, end } = this.last;
    return { events: events.filter(({ position }) => position > after), end };
  }
}

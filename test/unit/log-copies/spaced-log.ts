// An embedded log whose positions have gaps, as those of EventStoreDB do.
import type { NewEvent, StoredEvent } from '../../../src/eventsourcing/event';
import { EventStore, START, type Appended, type Page } from '../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';

const EACH = 7n;
const BEGIN = 100n;

const shown = (position: bigint): bigint => (position <= START ? START : position * EACH + BEGIN);
/** The position within of the last event at or before a shown one. */
const within = (position: bigint): bigint => (position < BEGIN ? START : (position - BEGIN) / EACH);

export class SpacedLog extends EventStore {
  private constructor(private readonly log: EmbeddedEventStore) {
    super();
  }

  static async open(dataDir: string): Promise<SpacedLog> {
    return new SpacedLog(await EmbeddedEventStore.open(dataDir));
  }

  get logId(): string {
    return this.log.logId;
  }

  async append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended> {
    const { revision, position } = await this.log.append(stream, events, expectedRevision);
    return { revision, position: shown(position) };
  }

  async read(stream: string, fromRevision?: number): Promise<Page> {
    return spaced(await this.log.read(stream, fromRevision));
  }

  async readBack(stream: string, fromRevision?: number): Promise<Page> {
    return spaced(await this.log.readBack(stream, fromRevision));
  }

  async readAll(after: bigint, limit: number): Promise<Page> {
    return spaced(await this.log.readAll(within(after), limit));
  }

  async eventAt(position: bigint): Promise<StoredEvent | undefined> {
    const last = await this.lastAt(position);
    return last?.position === position ? last : undefined;
  }

  async lastAt(position: bigint): Promise<StoredEvent | undefined> {
    const event = await this.log.lastAt(within(position));
    return event && { ...event, position: shown(event.position) };
  }

  async *subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
    for await (const events of this.log.subscribe(within(after), signal))
      yield spaced({ events, end: false }).events;
  }

  async head(): Promise<bigint> {
    return shown(await this.log.head());
  }

  close(): Promise<void> {
    return this.log.close();
  }
}

const spaced = ({ events, end }: Page): Page => ({
  events: events.map((event) => ({ ...event, position: shown(event.position) })),
  end,
});

// The log in EventStoreDB, through its official client.
import { randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  DeadlineExceededError,
  END,
  EventStoreDBClient,
  MaxAppendSizeExceededError,
  NO_STREAM as NO_STREAM_YET,
  START as FROM_START,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
  jsonEvent,
  type AllStreamRecordedEvent,
  type AppendResult,
  type EventData,
} from '@eventstore/db-client';
import type { NewEvent, StoredEvent } from '../event';
import { AppendTooLarge, EventStore, NO_STREAM, START, WrongRevision, type Appended } from '../event-store';
import { surviveBrokenWrites } from './eventstoredb.broken-writes';
import { LOG_STREAM, at, isVisible, toEventData, toStored } from './eventstoredb.events';
import { InFlight } from './eventstoredb.in-flight';
import { livePages } from './eventstoredb.subscription';
import { serialize } from './serialized';

/** Appends under way at once: beyond this, throughput does not grow and memory does. */
const MAX_IN_FLIGHT = 256;
/** The server keeps a deadline of 10 s by itself, but a connection that ended silently never answers. */
const APPEND_TIMEOUT_MS = 20_000;
const PAGE = 1_000;

export class EventStoreDbStore extends EventStore {
  private readonly inFlight = new InFlight(MAX_IN_FLIGHT, APPEND_TIMEOUT_MS);
  /** Newest position seen: `head` need not look behind it. */
  private newest = START;
  private closed = false;

  private constructor(
    readonly logId: string,
    private readonly client: EventStoreDBClient,
  ) {
    super();
  }

  /** Connects to `esdb://…`; rejects when the server cannot be reached. */
  static async connect(url: string): Promise<EventStoreDbStore> {
    surviveBrokenWrites();
    const client = EventStoreDBClient.connectionString(url);
    try {
      return new EventStoreDbStore(await logIdOf(client), client);
    } catch (error) {
      await client.dispose();
      throw error;
    }
  }

  async append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended> {
    if (this.closed) throw new Error('The log is closed');
    const eventData = serialize(events).map((serialized, index) => toEventData(events[index]!, serialized));
    const result = await this.inFlight.run(() => this.tryAppend(stream, events, eventData, expectedRevision));
    const position = result?.position?.commit;
    // What is already there is answered without a position, or as a wrong revision: the stream knows.
    const appended =
      result && position !== undefined
        ? { revision: Number(result.nextExpectedRevision), position }
        : await this.findAppended(stream, events, expectedRevision);
    this.saw(appended.position);
    return appended;
  }

  async read(stream: string, fromRevision = 0): Promise<StoredEvent[]> {
    return this.readStream(stream, fromRevision);
  }

  async readAll(after: bigint, limit: number): Promise<StoredEvent[]> {
    try {
      return await this.readAfter(after, after, limit);
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error;
      // The server reads only from where a record begins: from the last such place before, then.
      const record = await this.lastRecord(({ position }) => position.commit <= after);
      return this.readAfter(record?.position.commit ?? START, after, limit);
    }
  }

  async lastAt(position: bigint): Promise<StoredEvent | undefined> {
    const isAt = (event: AllStreamRecordedEvent) => event.position.commit <= position && isVisible(event);
    const exact = position > START ? await this.recordAt(position) : undefined;
    const last = exact && isAt(exact) ? exact : await this.lastRecord(isAt);
    return last && toStored(last);
  }

  async head(): Promise<bigint> {
    await this.lastRecord((event) => {
      if (isVisible(event)) this.saw(event.position.commit);
      return event.position.commit <= this.newest;
    });
    return this.newest;
  }

  async *subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
    for await (const page of livePages(this.client, after, signal, PAGE)) {
      this.saw(page.at(-1)?.position ?? START);
      yield page;
    }
  }

  /** Waits for appends under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.inFlight.idle();
    await this.client.dispose();
  }

  /** Undefined where the stream is not at the revision expected. */
  private async tryAppend(
    stream: string,
    events: readonly NewEvent[],
    eventData: EventData[],
    expected: number,
  ): Promise<AppendResult | undefined> {
    const options = {
      expectedRevision: expected === NO_STREAM ? NO_STREAM_YET : BigInt(expected),
      requiresLeader: true,
    } as const;
    try {
      const result = await this.client.appendToStream(stream, eventData, options);
      return result.success ? result : undefined;
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return undefined;
      // A repeat that overtakes its own first append times out at the server, though the events do get written.
      if (error instanceof DeadlineExceededError && (await this.isStored(stream, events, expected)))
        return undefined;
      if (error instanceof MaxAppendSizeExceededError) throw new AppendTooLarge();
      throw error;
    }
  }

  /** Rejects with WrongRevision unless exactly these events follow the expected revision. */
  private async findAppended(
    stream: string,
    events: readonly NewEvent[],
    expected: number,
  ): Promise<Appended> {
    const stored = await this.readStream(stream, expected + 1, events.length);
    const last = stored.at(-1);
    if (!last || stored.length < events.length || stored.some(({ id }, index) => id !== events[index]?.id))
      throw new WrongRevision(stream, expected);
    return { revision: last.revision, position: last.position };
  }

  private async isStored(stream: string, events: readonly NewEvent[], expected: number): Promise<boolean> {
    const [first] = await this.readStream(stream, expected + 1, 1);
    return first?.id === events[0]?.id;
  }

  private async readStream(stream: string, from: number, maxCount?: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    const options = { fromRevision: BigInt(from), requiresLeader: true, ...(maxCount && { maxCount }) };
    try {
      for await (const { event } of this.client.readStream(stream, options))
        if (event) events.push(toStored(event));
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return events;
  }

  /** Events after a position, read from one at or before it at which a record begins. */
  private async readAfter(from: bigint, after: bigint, limit: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    let last = from;
    for (let ended = false; !ended && events.length < limit;) {
      // Reading from a position begins with the record at it.
      const maxCount = limit - events.length + 1;
      let count = 0;
      const fromPosition = last < 0n ? FROM_START : at(last);
      for await (const { event } of this.client.readAll({ fromPosition, maxCount, requiresLeader: true })) {
        count++;
        if (!event || event.position.commit <= last) continue;
        last = event.position.commit;
        if (last > after && isVisible(event) && events.length < limit) events.push(toStored(event));
      }
      ended = count < maxCount;
    }
    this.saw(events.at(-1)?.position ?? START);
    return events;
  }

  /** The record that begins at a position; undefined or a later one if none does. */
  private async recordAt(position: bigint): Promise<AllStreamRecordedEvent | undefined> {
    let record: AllStreamRecordedEvent | undefined;
    try {
      const options = { fromPosition: at(position), maxCount: 1, requiresLeader: true };
      for await (const { event } of this.client.readAll(options)) record = event;
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error;
    }
    return record;
  }

  /** The newest record, system events too, that is wanted; looks back from the end of the log. */
  private async lastRecord(
    wanted: (event: AllStreamRecordedEvent) => boolean,
  ): Promise<AllStreamRecordedEvent | undefined> {
    let before: bigint | undefined;
    for (let maxCount = 16; ; maxCount = PAGE) {
      let count = 0;
      let found: AllStreamRecordedEvent | undefined;
      const fromPosition = before === undefined ? END : at(before);
      const options = { direction: BACKWARDS, fromPosition, maxCount, requiresLeader: true } as const;
      for await (const { event } of this.client.readAll(options)) {
        count++;
        if (!event) continue;
        before = event.position.commit;
        if (!found && wanted(event)) found = event;
      }
      if (found || count < maxCount) return found;
    }
  }

  private saw(position: bigint): void {
    if (position > this.newest) this.newest = position;
  }
}

/** Two processes that start on an empty log at once agree: the stream takes one first event only. */
async function logIdOf(client: EventStoreDBClient): Promise<string> {
  const named = jsonEvent({ type: 'log.named.v1', data: { logId: randomUUID() } });
  try {
    await client.appendToStream(LOG_STREAM, named, { expectedRevision: NO_STREAM_YET, requiresLeader: true });
    return named.data.logId;
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
  }
  let logId: string | undefined;
  // Read to its end: a stream that is left early stays open, and `dispose` would wait for it for ever.
  for await (const { event } of client.readStream(LOG_STREAM, { maxCount: 1, requiresLeader: true }))
    if (event?.isJson) ({ logId } = event.data as typeof named.data);
  if (logId === undefined) throw new Error(`The stream ${LOG_STREAM} was not written by this product`);
  return logId;
}

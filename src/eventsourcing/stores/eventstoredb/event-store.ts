// The log in EventStoreDB, through its official client.
import { randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  CancelledError,
  DeadlineExceededError,
  END,
  MaxAppendSizeExceededError,
  NO_STREAM as NO_STREAM_YET,
  NotLeaderError,
  UnavailableError,
  WrongExpectedVersionError,
  jsonEvent,
  type AppendResult,
  type EventData,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import type { NewEvent, StoredEvent } from '../../event';
import {
  AppendTooLarge,
  EventStore,
  NO_STREAM,
  START,
  WrongRevision,
  type Appended,
  type Page,
} from '../../event-store';
import { answered, StoreUnavailable } from '../../../store-unavailable';
import { surviveBrokenWrites } from './broken-writes';
import { sharedClient, type SharedClient } from './shared-connection';
import { OneLog, toEventData } from './stored-events';
import { InFlight } from './in-flight';
import { LIMIT_MS, PAGE, PAGE_LIMIT_MS, Reading } from './reading';
import { livePages } from './subscription';
import { serialize } from '../serialized';

/** Appends under way at once: beyond this, throughput does not grow and memory does. */
const MAX_IN_FLIGHT = 256;
/** Milliseconds beyond a call's deadline after which the call is given up, whatever the client does. */
const GRACE_MS = 1_000;
const SERVER = 'EventStoreDB';

export class EventStoreDbStore extends EventStore {
  readonly logId: string;
  private readonly inFlight = new InFlight(MAX_IN_FLIGHT);
  /** Newest position seen: `head` need not look for the end of the log before it. */
  private newest = START;
  private closed = false;
  private readonly client: EventStoreDBClient;
  private readonly reads: Reading;

  private constructor(
    private readonly named: Named,
    private readonly log: OneLog,
    private readonly sharing: SharedClient,
  ) {
    super();
    this.logId = named.logId;
    this.client = sharing.client;
    this.reads = new Reading(this.client, log);
  }

  /** Connects to `esdb://…`, or `esdb://…#name`; rejects with StoreUnavailable when the server cannot be reached. */
  static async connect(url: string): Promise<EventStoreDbStore> {
    surviveBrokenWrites();
    const { server, log } = OneLog.at(url);
    const shared = sharedClient(server);
    try {
      return new EventStoreDbStore(await answerOf(named(shared.client, log)), log, shared);
    } catch (error) {
      await shared.release();
      throw error;
    }
  }

  async append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended> {
    if (this.closed) throw new Error('The log is closed');
    const eventData = serialize(events).map((serialized, index) => toEventData(events[index]!, serialized));
    const until = performance.now() + LIMIT_MS;
    const result = await this.inFlight.run(() => {
      // An append that waited too long for its place is refused: its caller no longer waits for it to be written.
      if (performance.now() > until) throw new StoreUnavailable(SERVER);
      return answerOf(this.tryAppend(stream, events, eventData, expectedRevision));
    });
    const position = result?.position?.commit;
    // Events that stand there already are answered without a position, or as a wrong revision: the stream tells.
    const appended =
      result && position !== undefined
        ? { revision: Number(result.nextExpectedRevision), position }
        : await answerOf(this.findAppended(stream, events, expectedRevision));
    this.saw(appended.position);
    return appended;
  }

  async read(stream: string, fromRevision = 0): Promise<Page> {
    return answerOf(this.reads.readStream(stream, { fromRevision: BigInt(fromRevision), maxCount: PAGE }));
  }

  async readBack(stream: string, fromRevision?: number): Promise<Page> {
    const from = fromRevision === undefined ? END : BigInt(fromRevision);
    return answerOf(
      this.reads.readStream(stream, { direction: BACKWARDS, fromRevision: from, maxCount: PAGE }),
    );
  }

  async readAll(after: bigint, limit: number): Promise<Page> {
    return answerOf(this.reads.readFromAnywhere(this.from(after), limit), PAGE_LIMIT_MS);
  }

  async eventAt(position: bigint): Promise<StoredEvent | undefined> {
    const record = position > START ? await answerOf(this.reads.recordAt(position)) : undefined;
    return record?.position.commit === position && this.log.isVisible(record)
      ? this.log.toStored(record)
      : undefined;
  }

  async lastAt(position: bigint): Promise<StoredEvent | undefined> {
    return answerOf(this.reads.lastEventAt(position), PAGE_LIMIT_MS);
  }

  async head(): Promise<bigint> {
    await answerOf(
      this.reads.lastRecord((event) => {
        if (this.log.isVisible(event)) this.saw(event.position.commit);
        return event.position.commit <= this.newest || event.streamId === this.log.identity;
      }),
    );
    return this.newest;
  }

  async *subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
    for await (const page of livePages(this.client, this.log, this.from(after), signal, PAGE)) {
      this.saw(page.at(-1)?.position ?? START);
      yield page;
    }
  }

  /** Waits for appends under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.inFlight.idle();
    await this.sharing.release();
  }

  /** Undefined where the stream is not at the expected revision. */
  private async tryAppend(
    stream: string,
    events: readonly NewEvent[],
    eventData: EventData[],
    expected: number,
  ): Promise<AppendResult | undefined> {
    const options = {
      expectedRevision: expected === NO_STREAM ? NO_STREAM_YET : BigInt(expected),
      requiresLeader: true,
      deadline: LIMIT_MS,
    } as const;
    try {
      const result = await this.client.appendToStream(this.log.streamId(stream), eventData, options);
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
    const { events: stored } = await this.reads.readStream(stream, {
      fromRevision: BigInt(expected + 1),
      maxCount: events.length,
    });
    const last = stored.at(-1);
    if (!last || stored.length < events.length || stored.some(({ id }, index) => id !== events[index]?.id))
      throw new WrongRevision(stream, expected);
    return { revision: last.revision, position: last.position };
  }

  private async isStored(stream: string, events: readonly NewEvent[], expected: number): Promise<boolean> {
    const page = await this.reads.readStream(stream, { fromRevision: BigInt(expected + 1), maxCount: 1 });
    return page.events[0]?.id === events[0]?.id;
  }

  /** Where to read from: what the server holds from before the log was begun is no part of the log. */
  private from(after: bigint): bigint {
    return after > this.named.position ? after : this.named.position;
  }

  private saw(position: bigint): void {
    if (position > this.newest) this.newest = position;
  }
}

/** The id that a log was given when it was begun, and the position of that event: all others of the log come later. */
interface Named {
  readonly logId: string;
  readonly position: bigint;
}

/**
 * Names the log where it has no id yet. Two processes that do so at once agree: a stream takes one first event only.
 */
async function named(client: EventStoreDBClient, { identity }: OneLog): Promise<Named> {
  const naming = jsonEvent({ type: 'log.named.v1', data: { logId: randomUUID() } });
  try {
    const expected = { expectedRevision: NO_STREAM_YET, requiresLeader: true } as const;
    await client.appendToStream(identity, naming, expected);
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
  }
  let found: Named | undefined;
  // Not left early: a read that is left before its end stays open, and `dispose` would wait for it for ever.
  for await (const { event } of client.readStream(identity, { maxCount: 1, requiresLeader: true }))
    if (event?.isJson && event.position)
      found = { logId: (event.data as typeof naming.data).logId, position: event.position.commit };
  if (found?.logId === undefined) throw new Error(`The stream ${identity} was not written by this product`);
  return found;
}

/** The answer to a call; rejects with StoreUnavailable where none comes in time. */
const answerOf = <T>(asked: Promise<T>, limitMs = LIMIT_MS): Promise<T> =>
  answered(SERVER, limitMs + GRACE_MS, asked, isOutage);

const OUTAGES = [UnavailableError, DeadlineExceededError, CancelledError, NotLeaderError];
const isOutage = (error: unknown): boolean => OUTAGES.some((outage) => error instanceof outage);

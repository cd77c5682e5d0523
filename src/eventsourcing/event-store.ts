// The port to the log, the one ordered store of all events. Its two adapters (EventStoreDB, embedded SQLite) pass one
// contract spec.
import type { NewEvent, RawEvent, StoredEvent } from './event';

export interface Appended {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append, as `readAll` shows it. */
  readonly position: bigint;
  /** Position of the first event of the append; only of stores that leave no gaps between positions of one append. */
  readonly first?: bigint;
}

/** Revision to expect of a stream that has no events yet. */
export const NO_STREAM = -1;

/** The position before the first event: reading after START begins with that event. Positions of events are greater. */
export const START = -1n;

/** The stream was not at the revision that the append expected, and the events of the append do not stand there yet. */
export class WrongRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
  ) {
    super('The stream moved on');
  }
}

/** EventStoreDB's limit of one append. Every adapter keeps to this limit, so that all refuse alike. */
export const MAX_APPEND_BYTES = 1_048_576;

/**
 * Bytes of an append that are left free: an event that is brought into another log one day must have room for its origin.
 */
export const ORIGIN_BYTES = 1_024;

/** The events of one append are larger than MAX_APPEND_BYTES together, or leave no ORIGIN_BYTES free. */
export class AppendTooLarge extends Error {
  constructor() {
    super(`One append takes up to ${MAX_APPEND_BYTES - ORIGIN_BYTES} bytes`);
  }
}

/**
 * About so many bytes of data and metadata make a page of the log, or one larger event: memory holds a page at once.
 */
export const PAGE_BYTES = 8 * 1024 * 1024;

/** About so many bytes make a page of one stream: requests read them, and parsing a page must not hold up others. */
export const STREAM_PAGE_BYTES = 1024 * 1024;

/** Consecutive events of the log or of one stream, oldest first unless a method says otherwise. */
export interface Page {
  readonly events: StoredEvent[];
  /**
   * True: no event followed when the page was read. False: the page has events, and its length says nothing of more.
   */
  readonly end: boolean;
}

/** As a Page, of events as they lie in the store. */
export interface RawPage {
  readonly events: RawEvent[];
  readonly end: boolean;
}

/** Every call but `subscribe` rejects with StoreUnavailable where a server does not answer in time. */
export abstract class EventStore {
  /** Other processes may append to this log: what this process has seen of a stream may be behind. */
  readonly shared: boolean = true;
  /** Positions of this log are 0, 1, 2, …: the difference of two positions counts events. */
  readonly dense: boolean = false;
  /** A UUID given to this log when it was begun; checkpoints and manifests carry it. */
  abstract readonly logId: string;

  /**
   * Appends in one step: all events or none, durable when the promise resolves. Repeating an append whose events (by
   * id) already stand right after `expectedRevision` answers as the first append did. Rejects with WrongRevision or
   * AppendTooLarge.
   */
  abstract append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended>;

  /**
   * Events of one stream from a revision on (default 0), as many as make up STREAM_PAGE_BYTES; none where the stream
   * has none.
   */
  abstract read(stream: string, fromRevision?: number): Promise<Page>;

  /** As `read`, with payload and metadata as `readAllRaw` gives them. */
  async readRaw(stream: string, fromRevision?: number): Promise<RawPage> {
    const { events, end } = await this.read(stream, fromRevision);
    return { events: events.map(rawOf), end };
  }

  /** Reads as `read` does, but newest first, from a revision down (default: the last) to the stream's first event. */
  abstract readBack(stream: string, fromRevision?: number): Promise<Page>;

  /**
   * Events of the whole log with position > `after`, up to `limit` of them or PAGE_BYTES. `after` may be any number,
   * but only the position of an event (or START) is found at once in every store.
   */
  abstract readAll(after: bigint, limit: number): Promise<Page>;

  /**
   * As `readAll`, with payload and metadata as the bytes that are stored: for hashes. Where a client parses them before
   * it hands them out, they are written once more, which for all that was appended here gives the same bytes.
   */
  async readAllRaw(after: bigint, limit: number): Promise<RawPage> {
    const { events, end } = await this.readAll(after, limit);
    return { events: events.map(rawOf), end };
  }

  /** The event at exactly this position, found at once; undefined where no event has it. */
  abstract eventAt(position: bigint): Promise<StoredEvent | undefined>;

  /** As `eventAt`, with payload and metadata as `readAllRaw` gives them. */
  async rawAt(position: bigint): Promise<RawEvent | undefined> {
    const event = await this.eventAt(position);
    return event && rawOf(event);
  }

  /**
   * The last event with position <= `position`, which may be any number; undefined if there is none. EventStoreDB finds
   * the event at exactly `position` at once, but searches for an earlier one from the end of the log. So a position
   * that a client names goes through `TimeIndex.eventAtOrBefore` first, which reads one bucket of the log.
   */
  abstract lastAt(position: bigint): Promise<StoredEvent | undefined>;

  /**
   * Live pages of events with position > `after`, in order, never empty nor much larger than PAGE_BYTES. Returns when
   * `signal` aborts. May throw when the connection breaks: the caller subscribes again after the last position it
   * handled.
   */
  abstract subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]>;

  /** Position of the last event; START if the log has none. */
  abstract head(): Promise<bigint>;

  abstract close(): Promise<void>;
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** An event as it is stored, where it was appended as stores append: JSON that is read and written stays as it is. */
export const rawOf = ({ data, meta, ...event }: StoredEvent): RawEvent => ({
  ...event,
  data: bytesOf(data),
  meta: bytesOf(meta),
});

/** What payload or metadata say that are given as bytes. Throws SyntaxError where they are no JSON. */
export const jsonOf = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());

/** Throws SyntaxError where payload or metadata are no JSON: somebody else has written them. */
export const storedOf = ({ data, meta, ...event }: RawEvent): StoredEvent => ({
  ...event,
  data: jsonOf(data),
  meta: jsonOf(meta) as StoredEvent['meta'],
});

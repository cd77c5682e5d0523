// The port to the log. Two adapters (EventStoreDB, embedded SQLite) pass one contract spec.
import type { NewEvent, StoredEvent } from './event';

export interface Appended {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append, the one that `readAll` shows. */
  readonly position: bigint;
  /** Position of the first one, where the store gives the events of one append positions without gaps. */
  readonly first?: bigint;
}

/** Revision to expect of a stream that has no events yet. */
export const NO_STREAM = -1;

/** Before the first event: reading after it starts at the beginning of the log. Every real position is greater. */
export const START = -1n;

/** The stream was not at the revision that the append expected, and its events are not already there. */
export class WrongRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
  ) {
    super('The stream moved on');
  }
}

/** EventStoreDB's limit of one append; every adapter keeps to it, so that all refuse alike. */
export const MAX_APPEND_BYTES = 1_048_576;

/** The events of one append are larger than MAX_APPEND_BYTES together. */
export class AppendTooLarge extends Error {
  constructor() {
    super(`One append takes up to ${MAX_APPEND_BYTES} bytes`);
  }
}

/** Bytes of a page's data and metadata, about, unless one event alone is larger: a page is what is held at once. */
export const PAGE_BYTES = 8 * 1024 * 1024;

/** The same of pages of one stream: requests read them, and nobody waits while one is parsed. */
export const STREAM_PAGE_BYTES = 1024 * 1024;

/** Consecutive events, oldest first where nothing else is said. */
export interface Page {
  readonly events: StoredEvent[];
  /** There were no more when it was read. Without it there is an event in it, and its length says nothing. */
  readonly end: boolean;
}

export abstract class EventStore {
  /** Other processes may append to it: what this one has seen of a stream may be behind. */
  readonly shared: boolean = true;
  /** Its positions are 0, 1, 2, …: their difference counts events. */
  readonly dense: boolean = false;
  /** Identity of this log, made with it; checkpoints and manifests carry it. */
  abstract readonly logId: string;

  /**
   * Appends in one step: all or none, durable when it resolves. Repeating an append whose events (by id) already
   * stand right after `expectedRevision` answers as the first one did. Rejects with WrongRevision or AppendTooLarge.
   */
  abstract append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended>;

  /**
   * Events of one stream from a revision on (default 0), as many as make up STREAM_PAGE_BYTES; none if there is no
   * such stream.
   */
  abstract read(stream: string, fromRevision?: number): Promise<Page>;

  /** The same newest first, from a revision down (default: the last). Its end is the stream's first event. */
  abstract readBack(stream: string, fromRevision?: number): Promise<Page>;

  /**
   * Events of the whole log with position > `after`, up to `limit` of them or PAGE_BYTES. `after` may be any number, but
   * only the position of an event (or START) is found at once in every store.
   */
  abstract readAll(after: bigint, limit: number): Promise<Page>;

  /** The event at exactly a position, found at once; undefined where none is. */
  abstract eventAt(position: bigint): Promise<StoredEvent | undefined>;

  /**
   * The last event with position <= `position`, which may be any number; undefined if there is none. EventStoreDB finds
   * the event at a position at once, but looks for one before it from the end of the log: what clients name goes
   * through the index of times first, which costs a bucket of it.
   */
  abstract lastAt(position: bigint): Promise<StoredEvent | undefined>;

  /**
   * Live pages of events with position > `after`, in order, never empty nor much larger than PAGE_BYTES, until `signal`
   * aborts (then it returns).
   * May throw when the connection breaks: the caller subscribes again after the last position it handled.
   */
  abstract subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]>;

  /** Position of the last event, START if there is none. */
  abstract head(): Promise<bigint>;

  abstract close(): Promise<void>;
}

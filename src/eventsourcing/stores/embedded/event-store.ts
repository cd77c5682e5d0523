// The log in one SQLite file, for a machine without EventStoreDB: group commit with full sync, one writing process.
import type { FaultReports } from '../../../supervision/faults';
import type { NewEvent, RawEvent, StoredEvent } from '../../event';
import { EventStore, type Appended, type Page, type RawPage } from '../../event-store';
import { makeFolder } from './folder';
import { lockDirectory, type Lock } from './lock';
import { LogReader, openLogFile } from './log-file';
import { EmbeddedWriter } from './log.client';
import { wakenBy, woken } from '../../../supervision/on-abort';

const PAGE = 1_000;
/** Milliseconds after which a store that is not told of appends looks for new events again. */
const POLL_MS = 50;

export interface OpenOptions {
  readonly lockWaitMs?: number;
  /** Called once where another process has the directory, before it is waited for. */
  readonly waiting?: () => void;
  /** Told when the writing thread has ended before its time: nothing can be appended any more. */
  readonly faults?: FaultReports;
}

export class EmbeddedEventStore extends EventStore {
  override readonly shared = false;
  override readonly dense = true;
  private readonly wakeUps = new Set<() => void>();
  private readonly listeners = new Set<(position: bigint) => void>();
  private newest: bigint;
  private closed = false;

  private constructor(
    readonly logId: string,
    private readonly reader: LogReader,
    /** This store is told of each append: it need not look for new events. */
    private readonly hears: boolean,
    private readonly writer?: EmbeddedWriter,
    private readonly lock?: Lock,
  ) {
    super();
    this.newest = reader.head();
  }

  /**
   * Opens the log of a directory to write, and makes both where they are missing. Rejects with StoreLocked when another
   * process has the directory and does not end within `lockWaitMs` (10 s by default).
   */
  static async open(
    dataDir: string,
    { lockWaitMs, waiting, faults }: OpenOptions = {},
  ): Promise<EmbeddedEventStore> {
    makeFolder(dataDir);
    const lock = await lockDirectory(dataDir, lockWaitMs, waiting);
    try {
      let store: EmbeddedEventStore | undefined = undefined;
      const writer = new EmbeddedWriter(dataDir, {
        onAppended: (position) => store?.wake(position),
        onBroken: (error) => faults?.report('log-writer', error),
      });
      const logId = await writer.logId;
      store = new EmbeddedEventStore(logId, new LogReader(openLogFile(dataDir)), true, writer, lock);
      return store;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Opens the log of a directory without the lock, for threads that only read. `told` registers a listener that is
   * given the position of the last new event; without `told`, subscriptions look for new events themselves.
   */
  static async openReadOnly(
    dataDir: string,
    told?: (listener: (position: bigint) => void) => void,
  ): Promise<EmbeddedEventStore> {
    const db = openLogFile(dataDir);
    db.exec('PRAGMA query_only = ON');
    const reader = new LogReader(db);
    const store = new EmbeddedEventStore(reader.logId(), reader, told !== undefined);
    told?.((position) => store.wake(position));
    return store;
  }

  async append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended> {
    if (!this.writer) throw new Error('This log was opened to read');
    return this.writer.append(stream, events, expectedRevision);
  }

  async read(stream: string, fromRevision = 0): Promise<Page> {
    return this.reader.read(stream, fromRevision);
  }

  override async readRaw(stream: string, fromRevision = 0): Promise<RawPage> {
    return this.reader.readRaw(stream, fromRevision);
  }

  async readBack(stream: string, fromRevision?: number): Promise<Page> {
    return this.reader.readBack(stream, fromRevision);
  }

  async readAll(after: bigint, limit: number): Promise<Page> {
    return this.reader.readAll(after, limit);
  }

  override async readAllRaw(after: bigint, limit: number): Promise<RawPage> {
    return this.reader.readAllRaw(after, limit);
  }

  async eventAt(position: bigint): Promise<StoredEvent | undefined> {
    const last = this.reader.lastAt(position);
    return last?.position === position ? last : undefined;
  }

  override async rawAt(position: bigint): Promise<RawEvent | undefined> {
    const [next] = this.reader.readAllRaw(position - 1n, 1).events;
    return next?.position === position ? next : undefined;
  }

  async lastAt(position: bigint): Promise<StoredEvent | undefined> {
    return this.reader.lastAt(position);
  }

  async head(): Promise<bigint> {
    return this.reader.head();
  }

  async *subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
    while (!signal.aborted && !this.closed) {
      const { events } = this.reader.readAll(after, PAGE);
      const last = events.at(-1);
      if (!last) {
        await this.eventAfter(after, signal);
        continue;
      }
      yield events;
      after = last.position;
    }
  }

  /**
   * Gives the listener the position of the last event of each batch of appends, until the returned function is called.
   */
  onAppended(listener: (position: bigint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.writer?.close();
    this.closed = true;
    for (const wakeUp of this.wakeUps) wakeUp();
    this.reader.close();
    this.lock?.release();
  }

  private wake(position: bigint): void {
    if (position > this.newest) this.newest = position;
    for (const wakeUp of this.wakeUps) wakeUp();
    for (const listener of this.listeners) listener(position);
  }

  /** Resolves when there may be an event after `after`, or when the signal aborts. */
  private async eventAfter(after: bigint, signal: AbortSignal): Promise<void> {
    if (this.hears && this.newest > after) return;
    await woken(signal, this.hears ? undefined : POLL_MS, wakenBy(this.wakeUps));
  }
}

export { makeFolder } from './folder';
export { StoreLocked } from './lock';
export { logFile } from './log-file';

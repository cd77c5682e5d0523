// One projection version, fed in order: batches of events folded over its documents and written with the checkpoint.
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { AnyProjection } from '../../projections/projection';
import type { StoredEvent } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import { sizeOf } from '../eventsourcing/size-of';
import { WriteConflict, type DocumentStore, type Stamped, type Write } from './document-store';
import { Undecodable, type Feed } from './feed';
import { askedOf, fold, type Asked, type RowFailure } from './fold';

const CACHED = 10_000;
/** Of all of them together, as `sizeOf` tells it. */
const CACHED_SIZE = 16 * 1024 * 1024;
/**
 * Events that change no document are not worth a checkpoint each time: up to so many are read again after a crash. Where
 * other processes look at the checkpoint they are.
 */
const UNSAVED = 5_000;
const BACKOFF_MS = { least: 50, most: 5_000 };

/** Why a projection stopped, or cannot go on for now: the class of the error, never its values. */
export interface ProjectionError {
  readonly name: string;
  /** The first place in the code, without the message: that may hold values. */
  readonly at?: string;
  readonly position?: string;
  readonly eventType?: string;
}

export class ProjectionLoop {
  /** Of the last event applied, and durable as far as it changed documents. */
  position = START;
  /** Has waited for events: nothing was left to apply. */
  caughtUp = false;
  stopped = false;
  error: ProjectionError | undefined;
  private saved: bigint | undefined;
  /** Events since then, none of which changed a document. */
  private unsaved = 0;
  /** Documents as last written or loaded; a stale one shows as a conflict, never as a wrong write. */
  private readonly cache = new LRUCache<string, Stamped>({
    max: CACHED,
    maxSize: CACHED_SIZE,
    sizeCalculation: ({ doc }) => sizeOf(doc),
  });

  constructor(
    private readonly documents: DocumentStore,
    private readonly feed: Feed,
    readonly projection: AnyProjection,
    readonly collection: string,
    private readonly moved: (loop: ProjectionLoop) => void,
  ) {}

  /** Until the signal aborts or a row throws. What fails outside the rows is tried again for ever. */
  async run(signal: AbortSignal): Promise<void> {
    await this.follow(signal);
    // Who goes on need not read again what changed nothing.
    if (this.unsaved > 0) await this.write([], this.position).catch(() => {});
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let delay = BACKOFF_MS.least;
    let known = false;
    while (!signal.aborted && !this.stopped) {
      try {
        if (!known) await this.load();
        known = true;
        await this.step(signal);
        delay = BACKOFF_MS.least;
        if (!this.stopped) this.error = undefined;
      } catch (error) {
        if (signal.aborted) return;
        known = false;
        if (error instanceof Undecodable) this.stop({ event: error.event, error: error.cause });
        else {
          if (!(error instanceof WriteConflict)) this.error = described(error);
          await pause(delay, undefined, { signal }).catch(() => {});
          delay = Math.min(2 * delay, BACKOFF_MS.most);
        }
      }
    }
  }

  /** Removes tombstones up to a position that redelivery can no longer reach. */
  async sweep(upTo: bigint): Promise<void> {
    for (const [id, { doc }] of this.cache.entries()) if (!doc) this.cache.delete(id);
    await this.documents.sweep(this.collection, upTo);
  }

  private async load(): Promise<void> {
    this.cache.clear();
    this.saved = await this.documents.checkpoint(this.collection);
    this.unsaved = 0;
    this.position = this.saved ?? START;
    this.moved(this);
  }

  private async step(signal: AbortSignal): Promise<void> {
    const waiting = () => {
      this.caughtUp = true;
      this.moved(this);
    };
    const events = await this.feed.next(this.position, signal, { reader: this, waiting });
    const { asked, failure: rowFailure } = askedOf(this.projection, events);
    const loaded = await this.documentsFor(asked);
    const { writes, failure = rowFailure } = fold(asked, loaded);
    const last = failure ? before(failure.event, events) : events.at(-1);
    if (last) {
      if (writes.length > 0 || !this.documents.exclusive || this.unsaved > UNSAVED)
        await this.write(writes, last.position);
      else this.unsaved += events.length;
      this.position = last.position;
    }
    if (failure) this.stop(failure);
    this.moved(this);
  }

  private async write(writes: readonly Write[], to: bigint): Promise<void> {
    await this.documents.write(this.collection, writes, { name: this.collection, from: this.saved, to });
    // Most of what was just made is not changed soon: what is, is read then, and kept from there on.
    for (const { id, stamp, loaded, doc } of writes)
      if (loaded !== undefined) this.cache.set(id, { id, stamp, ...(doc && { doc }) });
    this.saved = to;
    this.unsaved = 0;
  }

  private async documentsFor(asked: readonly Asked[]): Promise<Map<string, Stamped>> {
    const loaded = new Map<string, Stamped>();
    const missing = new Set<string>();
    for (const { ops } of asked)
      for (const { id } of ops) {
        const cached = this.cache.get(id);
        if (cached) loaded.set(id, cached);
        else missing.add(id);
      }
    if (missing.size > 0)
      for (const [id, stamped] of await this.documents.getMany(this.collection, [...missing]))
        loaded.set(id, stamped);
    return loaded;
  }

  private stop({ event, error }: RowFailure): void {
    this.stopped = true;
    this.error = {
      ...described(error),
      position: event.position.toString(),
      eventType: event.type,
    };
    this.moved(this);
  }
}

const before = (event: StoredEvent, events: readonly StoredEvent[]): StoredEvent | undefined =>
  events[events.indexOf(event) - 1];

function described(error: unknown): ProjectionError {
  if (!(error instanceof Error)) return { name: typeof error };
  const at = error.stack
    ?.split('\n')
    .find((line) => line.startsWith('    at '))
    ?.replace(/^ +at /, '')
    .replace(/\(.*?([^/\\]+)\)$/, '($1)');
  return { name: error.constructor.name, ...(at !== undefined && { at }) };
}

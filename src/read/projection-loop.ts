// Applies the log to one version of a projection, in order: folds batches of events over its documents and writes these
// with the checkpoint.
import { LRUCache } from 'lru-cache';
import type { AnyProjection, Digest } from '../../projections/projection';
import type { StoredEvent } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import { sizeOf } from '../eventsourcing/size-of';
import type { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause } from '../supervision/pause';
import { pagesOf, WriteConflict, type DocumentStore, type Stamped, type Write } from './document-store';
import { Undecodable, type Feed } from './feed';
import { askedOf, fold, type Asked, type RowFailure } from './fold';

/** Documents that are changed at once where one event changes many. */
const MANY = 500;
const CACHED = 10_000;
/** Size of all cached documents together, as `sizeOf` counts it. */
const CACHED_SIZE = 16 * 1024 * 1024;
/** Events that change no document are not worth a checkpoint each time: up to so many are read again after a crash. */
const UNSAVED = 5_000;
/** Milliseconds after which the checkpoint is written for such events where other processes look at it. */
const TOLD_AFTER_MS = 100;
const BACKOFF_MS = { least: 50, most: 5_000 };
/** Conflicts in a row that count as a fault: a projector that is about to end causes fewer. */
const CONFLICTS = 5;

/** Why a projection stopped, or cannot go on for now. Holds no value of any event. */
export interface ProjectionError {
  /** The class of the error. */
  readonly name: string;
  /** The first place of the stack trace; the message is left out, since it may hold values. */
  readonly at?: string;
  readonly position?: string;
  readonly eventType?: string;
}

export class ProjectionLoop {
  /** Position of the last event applied; durable as far as events changed documents. */
  position = START;
  /** Position of the last event that changed a document since the loop began. */
  changed = START;
  /** The loop has waited for events: nothing was left to apply. */
  caughtUp = false;
  stopped = false;
  error: ProjectionError | undefined;
  private readonly part: Part;
  /** Position of the stored checkpoint. */
  private saved: bigint | undefined;
  /** Events applied after `saved`, none of which changed a document. */
  private unsaved = 0;
  private telling: NodeJS.Timeout | undefined;
  /** Writes go one after the other: each starts at the checkpoint of the write before. */
  private writing: Promise<unknown> = Promise.resolve();
  /** Documents as last written or loaded; a stale document shows as a conflict, never as a wrong write. */
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
    private readonly faults: FaultReports,
    private readonly digest: Digest,
  ) {
    this.part = `projection:${projection.name}`;
  }

  /** Runs until the signal aborts or a row throws. Whatever fails outside the rows is tried again for ever. */
  async run(signal: AbortSignal): Promise<void> {
    await this.follow(signal);
    clearTimeout(this.telling);
    // A courtesy, no more: the next projector need not read again the events that changed nothing.
    await this.writeAhead().catch(() => undefined);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let delay = BACKOFF_MS.least;
    let known = false;
    let conflicts = 0;
    while (!signal.aborted && !this.stopped) {
      try {
        if (!known) await this.load();
        known = true;
        await this.step(signal);
        delay = BACKOFF_MS.least;
        conflicts = 0;
        if (!this.stopped) this.works();
      } catch (error) {
        if (signal.aborted) return;
        known = false;
        if (error instanceof Undecodable) this.stop({ event: error.event, error: error.cause });
        else {
          if (!(error instanceof WriteConflict) || ++conflicts >= CONFLICTS) this.fails(error);
          await pause(delay, signal);
          delay = Math.min(2 * delay, BACKOFF_MS.most);
        }
      }
    }
  }

  private works(): void {
    this.error = undefined;
    this.faults.clear(this.part);
  }

  private fails(error: unknown): void {
    this.error = described(error);
    this.faults.report(this.part, error);
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
    const { asked, failure: rowFailure } = askedOf(this.projection, events, this.digest);
    let failure: RowFailure | undefined;
    for (let done = 0; ;) {
      failure = await this.changeMany(asked[done]);
      if (failure) break;
      const { loaded, upTo } = await this.documentsFor(asked, done);
      const folded = fold(done === 0 && upTo === asked.length ? asked : asked.slice(done, upTo), loaded);
      failure = folded.failure ?? (upTo === asked.length ? rowFailure : undefined);
      const end = failure?.event ?? asked[upTo]?.event;
      await this.applied(folded.writes, end ? before(end, events) : events.at(-1), events.length);
      done = upTo;
      if (failure || done === asked.length || signal.aborted) break;
    }
    if (failure) this.stop(failure);
    this.moved(this);
  }

  /** Writes what all events up to `last` are folded into; `events` is how many events the feed gave. */
  private async applied(
    writes: readonly Write[],
    last: StoredEvent | undefined,
    events: number,
  ): Promise<void> {
    if (!last) return;
    if (writes.length > 0 || this.unsaved > UNSAVED) await this.write(writes, last.position);
    else {
      this.unsaved += events;
      if (!this.documents.exclusive) this.tellSoon();
    }
    if (writes.length > 0) this.changed = last.position;
    this.position = last.position;
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      void this.tell();
    }, TOLD_AFTER_MS);
  }

  private async tell(): Promise<void> {
    try {
      await this.writeAhead();
    } catch (error) {
      // A conflict with another projector shows again at the next write of documents.
      if (error instanceof WriteConflict) return;
      this.fails(error);
      this.tellSoon();
    }
  }

  /**
   * Writes the checkpoint where more has been applied than it says. That is looked at when its turn has come: a write
   * before it may have gone further, and a checkpoint that went back would have all who wait for it wait for ever.
   */
  private writeAhead(): Promise<void> {
    return this.inTurn(async () => {
      if (this.position > (this.saved ?? START)) await this.writeNow([], this.position);
    });
  }

  private write(writes: readonly Write[], to: bigint): Promise<void> {
    return this.inTurn(() => this.writeNow(writes, to));
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  private async writeNow(writes: readonly Write[], to: bigint): Promise<void> {
    await this.documents.write(this.collection, writes, { name: this.collection, from: this.saved, to });
    // New documents are not cached: most are not changed soon, and one that is changed is loaded then, and cached.
    for (const { id, stamp, loaded, doc } of writes)
      if (loaded !== undefined) this.cache.set(id, { id, stamp, ...(doc && { doc }) });
    this.saved = to;
    this.unsaved = 0;
  }

  /**
   * Loads the documents of the events from index `from` on, and says up to which index (`upTo`, exclusive) they are
   * loaded: small events may ask for large documents.
   */
  private async documentsFor(
    asked: readonly Asked[],
    from: number,
  ): Promise<{ loaded: Map<string, Stamped>; upTo: number }> {
    const loaded = new Map<string, Stamped>();
    const missing = new Set<string>();
    /** How many documents are missing up to each event. */
    const needed: number[] = [];
    const many = asked.findIndex(({ onMany }, at) => at > from && onMany.length > 0);
    const end = many < 0 ? asked.length : many;
    for (let at = from; at < end; at++) {
      for (const { id } of asked[at]!.ops) {
        const cached = this.cache.get(id);
        if (cached) loaded.set(id, cached);
        else missing.add(id);
      }
      needed.push(missing.size);
    }
    const ids = [...missing];
    let looked = 0;
    while (looked < ids.length && looked < needed[0]!) {
      const some = await this.documents.getSome(this.collection, looked > 0 ? ids.slice(looked) : ids);
      for (const [id, stamped] of some.found) loaded.set(id, stamped);
      looked += some.looked;
    }
    const whole = looked === ids.length;
    return { loaded, upTo: whole ? end : from + needed.findIndex((count) => count > looked) };
  }

  /**
   * Carries out the operations on many documents of one event, a page at a time and before its others: the checkpoint
   * stays before the event, and after a crash what is stamped with it is passed over.
   */
  private async changeMany(asked: Asked | undefined): Promise<RowFailure | undefined> {
    for (const op of asked?.onMany ?? []) {
      const find = (from: object) =>
        this.documents.find(this.collection, { filter: op.where, sort: op.order, limit: MANY, ...from });
      for await (const page of pagesOf(find)) {
        const ids = page.map(({ id }) => id);
        const loaded = await this.documents.getMany(this.collection, ids);
        const { writes, failure } = fold([{ event: asked!.event, ops: [], onMany: [op] }], loaded);
        if (failure) return failure;
        if (writes.length > 0) await this.write(writes, this.position);
      }
    }
    return undefined;
  }

  private stop({ event, error }: RowFailure): void {
    this.stopped = true;
    const at = { position: event.position.toString(), eventType: event.type };
    this.error = { ...described(error), ...at };
    this.faults.report(this.part, error, at);
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

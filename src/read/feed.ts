// Feeds the log to all projections of a process: one live subscription keeps the newest events decoded in memory, and
// projections that are behind read pages of the log, which they share while they keep in step.
import { LRUCache } from 'lru-cache';
import type { Codec } from '../eventsourcing/codec';
import type { StoredEvent } from '../eventsourcing/event';
import { PAGE_BYTES, START, type EventStore } from '../eventsourcing/event-store';
import { sizeOf } from '../eventsourcing/size-of';
import type { FaultReports } from '../supervision/faults';
import { pause } from '../supervision/pause';
import { wakenBy, woken } from '../supervision/on-abort';

const PAGE = 2_000;
const KEPT = 4_000;
/** Size of all kept events together, as `sizeOf` counts it. */
const KEPT_SIZE = 64 * 1024 * 1024;
/** Pages kept in memory for all readers, each of PAGE_BYTES at most. */
const SHARED_PAGES = 2;
/** Milliseconds to wait for slower readers, between looks at them, and until one that no longer asks counts as gone. */
const STEP_MS = { most: 500, look: 5, gone: 2_000 };
/**
 * A live page of `least` to `most` events comes from bulk work: the next page waits a moment, so that a projection
 * writes one batch where it would write ten small ones. Single writes, and full pages, hold up nothing.
 */
const BUSY = { least: 8, most: 400, gatherMs: 20 };
const BACKOFF_MS = { least: 50, most: 5_000 };
/** Milliseconds after which a subscription counts as working though no event has come. */
const STANDS_MS = 5_000;

/** The codec cannot upcast `event`: every projection that reaches it stops. The message holds no value of the event. */
export class Undecodable extends Error {
  constructor(
    readonly event: StoredEvent,
    override readonly cause: unknown,
  ) {
    super('An event could not be upcast');
  }
}

export class Feed {
  /** The newest events, without a gap after `from`; undefined while there is no subscription. */
  private window: { from: bigint; events: StoredEvent[]; sizes: number[]; size: number } | undefined;
  private readonly pages = new LRUCache<bigint, Promise<StoredEvent[]>>({ max: SHARED_PAGES });
  /** Position of each reader of pages, and when it last asked (by `performance.now()`). */
  private readonly places = new Map<object, { after: bigint; at: number }>();
  private readonly wakeUps = new Set<() => void>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly codec: Codec,
    private readonly faults: FaultReports,
  ) {}

  start(): void {
    this.running ??= this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.window = undefined;
  }

  /**
   * The next events after a position, upcast, at least one: waits where there is none yet, and calls `waiting` then.
   * Readers that name themselves by `reader` keep in step while they are behind. Rejects when the signal aborts, when
   * the log cannot be read, and with Undecodable.
   */
  async next(
    after: bigint,
    signal: AbortSignal,
    { reader, waiting }: { reader?: object; waiting?: () => void } = {},
  ): Promise<StoredEvent[]> {
    for (;;) {
      signal.throwIfAborted();
      const kept = this.kept(after);
      if (reader) {
        if (kept) this.places.delete(reader);
        else await this.keepStep(reader, after);
      }
      const found = kept ?? (await this.page(after));
      if (found.length > 0) return found;
      signal.throwIfAborted();
      // Events may have come while the page was read.
      if (this.window && this.window.from <= after && this.kept(after)!.length > 0) continue;
      waiting?.();
      await this.wake(after, signal);
    }
  }

  /**
   * The number of events after position `after` up to that of another event, `upTo`, as far as it is known without
   * reading the log: exact where positions are dense and among the newest events, otherwise a lower bound.
   */
  leastBetween(after: bigint, upTo: bigint): bigint {
    if (this.eventStore.dense) return upTo - after;
    const { events, from } = this.window ?? { events: [], from: START };
    const known = indexAfter(events, upTo) - (after < from ? 0 : indexAfter(events, after));
    return BigInt(Math.max(1, known));
  }

  /** Kept events after a position; undefined when some of them are no longer, or not yet, kept. */
  private kept(after: bigint): StoredEvent[] | undefined {
    if (!this.window || after < this.window.from) return undefined;
    const { events, sizes } = this.window;
    const low = indexAfter(events, after);
    let end = low;
    for (let size = 0; end < events.length && end < low + PAGE && size < PAGE_BYTES;) size += sizes[end++]!;
    return events.slice(low, end);
  }

  /** A reader that is ahead waits a little for slower ones, so that a page is read and decoded once for all readers. */
  private async keepStep(reader: object, after: bigint): Promise<void> {
    const started = performance.now();
    this.places.set(reader, { after, at: started });
    while (!this.pages.has(after) && this.pagesAhead(after) >= SHARED_PAGES) {
      if (performance.now() - started > STEP_MS.most) return;
      await pause(STEP_MS.look);
    }
  }

  /** Pages in memory between the slowest reader and `after`; a reader that has not asked for long does not count. */
  private pagesAhead(after: bigint): number {
    let slowest = after;
    for (const place of this.places.values())
      if (place.after < slowest && performance.now() - place.at < STEP_MS.gone) slowest = place.after;
    let ahead = 0;
    for (const from of this.pages.keys()) if (from >= slowest && from < after) ahead++;
    return ahead;
  }

  private async page(after: bigint): Promise<StoredEvent[]> {
    let page = this.pages.get(after);
    if (!page) {
      page = this.eventStore.readAll(after, PAGE).then(({ events, end }) => {
        // The last page of the log is not kept: events to come will belong to it.
        if (end) this.pages.delete(after);
        return this.decoded(events);
      });
      // The reader that awaits the page gets the error.
      page.catch(() => this.pages.delete(after));
      this.pages.set(after, page);
    }
    return page;
  }

  /** The events upcast, up to one that cannot be upcast; throws Undecodable where that is the first. */
  private decoded(events: readonly StoredEvent[]): StoredEvent[] {
    const decoded: StoredEvent[] = [];
    for (const event of events) {
      try {
        decoded.push(this.codec.decode(event));
      } catch (error) {
        if (decoded.length > 0) return decoded;
        throw new Undecodable(event, error);
      }
    }
    return decoded;
  }

  /** Subscribes again after the last kept event, with backoff: EventStoreDB's client never resumes a subscription. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    for (let delay = BACKOFF_MS.least; !signal.aborted; delay = Math.min(2 * delay, BACKOFF_MS.most)) {
      let stands: NodeJS.Timeout | undefined;
      try {
        const from: bigint =
          this.window?.events.at(-1)?.position ?? this.window?.from ?? (await this.eventStore.head());
        this.window ??= { from, events: [], sizes: [], size: 0 };
        this.wakeAll();
        stands = setTimeout(() => this.faults.clear('feed'), STANDS_MS).unref();
        for await (const events of this.eventStore.subscribe(from, signal)) {
          if (!this.keep(events)) break;
          delay = BACKOFF_MS.least;
          this.faults.clear('feed');
          if (events.length >= BUSY.least && events.length <= BUSY.most) await pause(BUSY.gatherMs, signal);
        }
      } catch (error) {
        // The loop subscribes again; projections read pages of the log meanwhile.
        if (!signal.aborted) this.faults.report('feed', error);
      } finally {
        clearTimeout(stands);
      }
      await pause(delay, signal);
    }
  }

  /** Adds live events to the window. False where one cannot be upcast: without a window, projections read up to it. */
  private keep(events: readonly StoredEvent[]): boolean {
    let decoded: StoredEvent[] = [];
    try {
      decoded = this.decoded(events);
    } catch {
      // `decoded` stays too short. Projections stop at the event and report it.
    }
    const whole = decoded.length === events.length;
    if (whole && this.window) {
      for (const event of decoded) {
        const size = sizeOf(event.data);
        this.window.events.push(event);
        this.window.sizes.push(size);
        this.window.size += size;
      }
      this.trim(this.window);
    } else this.window = undefined;
    this.wakeAll();
    return whole;
  }

  /** Waits until the window is a quarter too large: each trim moves all events that stay. */
  private trim(window: NonNullable<typeof this.window>): void {
    const { events, sizes } = window;
    if (events.length <= 1.25 * KEPT && window.size <= 1.25 * KEPT_SIZE) return;
    let gone = 0;
    while (events.length - gone > KEPT || window.size > KEPT_SIZE) window.size -= sizes[gone++]!;
    sizes.splice(0, gone);
    window.from = events.splice(0, gone).at(-1)!.position;
  }

  private wakeAll(): void {
    for (const wakeUp of this.wakeUps) wakeUp();
  }

  private wake(after: bigint, signal: AbortSignal): Promise<void> {
    const awaited = this.window && this.window.from <= after;
    // Where the subscription does not bring the events after this position, the reader has to look again by itself.
    return woken(signal, awaited ? undefined : BACKOFF_MS.least, wakenBy(this.wakeUps));
  }
}

/** Index of the first event with a greater position. */
function indexAfter(events: readonly StoredEvent[], position: bigint): number {
  let low = 0;
  for (let high = events.length; low < high;) {
    const middle = (low + high) >> 1;
    if (events[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

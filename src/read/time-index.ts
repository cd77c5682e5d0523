// Finds the position of a time: the last one before any event was recorded later, whatever the clock did meanwhile. An
// instant that a client names is a time or a position.
import { timeIndex, type TimeBucket } from '../../projections/time-index';
import type { Origin, StoredEvent } from '../eventsourcing/event';
import { START, type EventStore } from '../eventsourcing/event-store';
import type { Filter } from './document-store';
import { logPages } from './log-pages';
import { ProjectionStopped, type ReadModels } from './read-models';
import { Refusal } from '../refusals';
import { beginOf, bucketId, GRAINS, padded } from './time-index.vocabulary';

const PAGE = 1_000;
const POSITION = /^\d{1,19}$/;
const OLD_POSITION = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,19})$/;
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;
/** Milliseconds a request waits for the index of times; nobody waits as long as making it again takes. */
const PATIENCE = 5_000;

export class TimeIndex {
  constructor(
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    private readonly patienceMs = PATIENCE,
  ) {}

  get logId(): string {
    return this.eventStore.logId;
  }

  /**
   * The last position such that nothing up to it was recorded after `time` (the running maximum of the store's clock);
   * START if there is none. Reads a few buckets and the log around one of them. Refuses with `projection-behind` while
   * the index is made again.
   */
  async positionAt(time: Date): Promise<bigint> {
    const head = await this.eventStore.head();
    await this.reaches(head);
    const at = time.getTime();
    const inLater = await this.firstInLaterBuckets(at);
    const own = await this.readModels.get(timeIndex, bucketId(0, at));
    const inOwn = own && own.latest > at ? await this.firstAfterTime(own, at, inLater) : undefined;
    const next = inOwn ?? inLater;
    return next === undefined || next > head ? head : this.before(next);
  }

  /**
   * The position of the last event at or before `position`, any number up to the head; START if there is none. The
   * position of an event is found at once, any other number costs reading a bucket. Refuses with `projection-behind` as
   * `positionAt` does.
   */
  async eventAtOrBefore(position: bigint): Promise<bigint> {
    if (position <= START) return START;
    if (await this.eventStore.eventAt(position)) return position;
    await this.reaches(await this.eventStore.head());
    return this.before(position + 1n);
  }

  /**
   * The position of an event that stood at `position` in the log `logId`, or of the last one before it that was brought
   * from there; undefined where nothing was. Refuses with `projection-behind` as `positionAt` does.
   */
  async broughtFrom(logId: string, position: bigint): Promise<bigint | undefined> {
    await this.reaches(await this.eventStore.head());
    const bucket = await this.bucketOfOrigin(logId, padded(position));
    let found: bigint | undefined;
    if (bucket)
      for await (const event of this.from(BigInt(bucket.first))) {
        const there = positionIn(logId, event.meta.origin);
        if (there === undefined || there > position) break;
        found = event.position;
      }
    return found;
  }

  /** The position that the event at `position` had in the log `logId`; undefined where it was not brought from there. */
  async broughtAs(position: bigint, logId: string): Promise<bigint | undefined> {
    const event = await this.eventStore.eventAt(position);
    return positionIn(logId, event?.meta.origin);
  }

  /** The finest bucket whose first event was brought from at or before an old position, and the last such one. */
  private async bucketOfOrigin(logId: string, position: string): Promise<TimeBucket | undefined> {
    let found: TimeBucket | undefined;
    for (let grain = GRAINS.length - 1; grain >= 0; grain--) {
      // A bucket of a finer grain lies within that of the coarser one; of the coarsest there are few.
      const begin = found && beginOf(grain + 1, found.id);
      const range: Filter =
        begin === undefined
          ? { id: { $gte: `${grain}/`, $lt: `${grain + 1}/` } }
          : { id: { $gte: bucketId(grain, begin), $lt: bucketId(grain, begin + GRAINS[grain + 1]!) } };
      let last: TimeBucket | undefined;
      const originOf = (bucket: TimeBucket) => bucket.origins?.[logId];
      for await (const bucket of this.buckets(range)) {
        const origin = originOf(bucket);
        if (origin !== undefined && origin <= position && (!last || origin > originOf(last)!)) last = bucket;
      }
      if (!last) return undefined;
      found = last;
    }
    return found;
  }

  private async reaches(head: bigint): Promise<void> {
    const patience = AbortSignal.timeout(this.patienceMs);
    try {
      await this.readModels.waitFor(timeIndex, head, patience);
    } catch (error) {
      if (!patience.aborted && !(error instanceof ProjectionStopped)) throw error;
      const message = 'The index of times is behind or being made: name a position, or try again later';
      throw new Refusal('projection-behind', { message, retryAfter: 5 });
    }
  }

  /** The first position recorded in any bucket after the one that a time falls into. */
  private async firstInLaterBuckets(at: number): Promise<bigint | undefined> {
    let first: string | undefined;
    for (let grain = 0; grain < GRAINS.length; grain++) {
      // Finer buckets up to where the next coarser bucket begins, the coarsest without end.
      const coarser = GRAINS[grain + 1];
      const end = coarser && (Math.floor(at / coarser) + 1) * coarser;
      const range: Filter = {
        id: { $gte: bucketId(grain, at, 1), $lt: end ? bucketId(grain, end) : `${grain + 1}/` },
      };
      for await (const bucket of this.buckets(range))
        if (first === undefined || bucket.first < first) first = bucket.first;
    }
    return first === undefined ? undefined : BigInt(first);
  }

  private async *buckets(filter: Filter): AsyncIterable<TimeBucket> {
    for await (const page of this.readModels.pages(timeIndex, { filter, sort: ['id'], limit: PAGE }))
      yield* page;
  }

  private async firstAfterTime(bucket: TimeBucket, at: number, end?: bigint): Promise<bigint | undefined> {
    const last = BigInt(bucket.last);
    for await (const { position, recordedAt } of this.from(BigInt(bucket.first))) {
      if (end !== undefined && position >= end) return undefined;
      if (recordedAt > at) return position;
      if (position >= last) return undefined;
    }
    return undefined;
  }

  /** The last position before another: positions are not dense, so the log is read from the bucket begun before it. */
  private async before(position: bigint): Promise<bigint> {
    const { docs } = await this.readModels.find(timeIndex, {
      ...{ filter: { first: { $lt: padded(position) } }, sort: ['-first'], limit: 1 },
    });
    let before = START;
    if (docs[0])
      for await (const event of this.from(BigInt(docs[0].first))) {
        if (event.position >= position) break;
        before = event.position;
      }
    return before;
  }

  /** The event at a position and all events after it. */
  private async *from(position: bigint): AsyncIterable<StoredEvent> {
    const first = await this.eventStore.lastAt(position);
    if (first) yield first;
    for await (const events of logPages(this.eventStore, position)) yield* events;
  }
}

/** Whether an instant is a position, of this log or of one that it was brought from, and no time. */
export const isPosition = (asOf: string): boolean => POSITION.test(asOf) || OLD_POSITION.test(asOf);

function positionIn(logId: string, origin: Origin | undefined): bigint | undefined {
  if (!origin) return undefined;
  return origin.logId === logId ? BigInt(origin.position) : positionIn(logId, origin.before);
}

/** An instant that a client names; `field` is its place in the request. */
export interface Instant {
  /**
   * ISO 8601 time, or a position as a decimal number; `LOG:POSITION` is a position of the log with that id, from which
   * this one was brought.
   */
  readonly asOf: string;
  readonly field: string;
}

/**
 * The position of an instant, not after the head. Refuses with `input-invalid` an instant that cannot be read or lies in
 * the future, saying which.
 */
export async function positionOfInstant(
  { asOf, field }: Instant,
  head: bigint,
  timeIndex: TimeIndex,
): Promise<bigint> {
  const refused = (problem: string) => {
    const message = `${field}: ${problem}`;
    return new Refusal('input-invalid', { message, errors: [{ message, in: field }] });
  };
  const [, logId, old] = OLD_POSITION.exec(asOf) ?? [];
  if (logId !== undefined && logId !== timeIndex.logId) {
    const position = await timeIndex.broughtFrom(logId, BigInt(old!));
    if (position === undefined) throw refused('names a log that this one was not brought from');
    return position;
  }
  if (old !== undefined) return positionOfInstant({ asOf: old, field }, head, timeIndex);
  if (POSITION.test(asOf)) {
    if (BigInt(asOf) > head) throw refused(`is in the future: the newest position is ${head}`);
    return timeIndex.eventAtOrBefore(BigInt(asOf));
  }
  const time = TIME.test(asOf) ? new Date(asOf) : new Date(NaN);
  if (Number.isNaN(time.getTime())) throw refused('must be an ISO 8601 time with its offset, or a position');
  if (time.getTime() > Date.now()) throw refused('is in the future');
  const position = await timeIndex.positionAt(time);
  return position < head ? position : head;
}

/**
 * The last position before an instant, for a stretch that begins with what was recorded at it. Refuses as
 * `positionOfInstant` does.
 */
export async function positionBefore(instant: Instant, head: bigint, timeIndex: TimeIndex): Promise<bigint> {
  const { asOf } = instant;
  const position = await positionOfInstant(instant, head, timeIndex);
  if (!isPosition(asOf)) return timeIndex.positionAt(new Date(Date.parse(asOf) - 1));
  const [, logId = timeIndex.logId, there = asOf] = OLD_POSITION.exec(asOf) ?? [];
  const own = logId === timeIndex.logId ? position : await timeIndex.broughtAs(position, logId);
  // A position at which nothing was recorded stands for the last event before it, which does not count.
  return own === BigInt(there) ? position - 1n : position;
}

// The only writer: read, upcast, fold, decide, append at the expected revision. The changes of this process to one
// stream take turns; a conflict with another process is retried.
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Codec } from './codec';
import { fold, type Decider } from './decider';
import type { EventMap, EventOf, Meta, NewEvent, Recorded, RecordedOf } from './event';
import { eventId } from './event-ids';
import { AppendTooLarge, EventStore, NO_STREAM, START, WrongRevision } from './event-store';
import { sizeOf } from './size-of';
import { Turns } from './turns';
import { Refusal } from '../refusals';

export interface Loaded<S> {
  readonly state: S;
  /** NO_STREAM where there is none. */
  readonly revision: number;
  /** Of the stream's last event; START where there is none. */
  readonly position: bigint;
}

export interface Changed<S, M extends EventMap> extends Loaded<S> {
  /**
   * The events of this command, none where it was already so. When they were just appended, `recordedAt` is the time
   * of the command, and where the store does not tell more, each has the position of the last one.
   */
  readonly events: readonly RecordedOf<M>[];
}

export interface ChangeOptions {
  /** The revision the client named (If-Match): anything else is refused with `stream-moved-on`. */
  readonly expectedRevision?: number;
  /** The command may have been carried out before (Idempotency-Key, job): look for it in the stream first. */
  readonly mayRepeat?: boolean;
  /**
   * The stream has most likely no events yet: decides on that and reads only where the append finds otherwise. With
   * `mayRepeat` the answer to a repeated command may be what it would do now, not what it did the first time.
   */
  readonly likelyNew?: boolean;
  /**
   * Does not wait for changes of this process that are under way: for a change made inside the `decide` of another,
   * where one under way may itself wait for that other.
   */
  readonly outOfTurn?: boolean;
}

type Decide<S, M extends EventMap> = (
  state: S,
  revision: number,
) => readonly EventOf<M>[] | Promise<readonly EventOf<M>[]>;

const ATTEMPTS = 8;
const CACHED_STATES = 20_000;
/** Of all of them together, as `sizeOf` tells it. */
const CACHED_SIZE = 64 * 1024 * 1024;

interface Cached extends Loaded<unknown> {
  readonly decider: unknown;
}

export class Streams {
  /** Folded states by stream; an entry holds for the revision it names, and an append at it finds out if it moved. */
  private readonly cache = new LRUCache<string, Cached>({
    max: CACHED_STATES,
    maxSize: CACHED_SIZE,
    sizeCalculation: ({ state }) => sizeOf(state),
  });
  private readonly turns = new Turns();
  private last = START;

  constructor(
    readonly store: EventStore,
    private readonly codec: Codec,
  ) {}

  /** Position of the newest event this process has appended or found appended. */
  get lastPosition(): bigint {
    return this.last;
  }

  /** What stands in the log up to a position counts as appended by this process: an earlier life of it was. */
  resume(position: bigint): void {
    this.saw(position);
  }

  /** The state of a stream from the store, never from the cache. */
  async load<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Promise<Loaded<S>> {
    return this.remember(decider, stream, foldFrom(decider, await this.history<M>(stream)));
  }

  /**
   * The state as `load` gives it, without reading the stream where this process knows it and what it knows `does`: for a
   * look at another stream on the way.
   */
  async glance<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    does: (state: S) => boolean,
  ): Promise<Loaded<S>> {
    const known = this.recall(decider, stream);
    if (!known || !does(known.state)) return this.load(decider, stream);
    const behind = this.store.shared && (await this.isBehind(stream, known.revision));
    return behind ? this.load(decider, stream) : known;
  }

  /** The upcast events of a stream, oldest first. */
  async history<M extends EventMap>(stream: string, fromRevision = 0): Promise<RecordedOf<M>[]> {
    const stored = await this.store.read(stream, fromRevision);
    return stored.map((event) => this.codec.decode<M>(event));
  }

  /**
   * Decides on the current state and appends what was decided, once per command: repeating a command returns what it
   * did the first time. `decide` may run several times; what it changes itself should be of another kind of stream, as
   * records take reservations: then no two changes wait for each other. Rejects with the decider's Refusal, or
   * `stream-moved-on` (412), `stream-contended` (409) when others kept being faster, or `event-too-large` (413).
   */
  async change<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    decide: Decide<S, M>,
    meta: Meta,
    options: ChangeOptions = {},
  ): Promise<Changed<S, M>> {
    const turn = options.outOfTurn ? false : this.turns.enter(stream);
    const inTurn = typeof turn === 'boolean' ? turn : await turn;
    try {
      return await this.changeNow(decider, stream, decide, meta, options);
    } finally {
      if (inTurn) this.turns.leave(stream);
    }
  }

  private async changeNow<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    decide: Decide<S, M>,
    meta: Meta,
    options: ChangeOptions,
  ): Promise<Changed<S, M>> {
    const cached = this.presumed(decider, stream, options);
    if (cached) {
      const changed = await this.attempt(decider, stream, cached, decide, meta, options).catch(
        async (error: unknown) => {
          // Decided on what may be behind another process: only an answer to what is stored counts.
          const behind = error instanceof WrongRevision || this.isBehind(stream, cached.revision);
          if (await Promise.resolve(behind).catch(() => false)) return undefined;
          throw error;
        },
      );
      const decidedNothing = changed?.events.length === 0;
      if (changed && !(decidedNothing && (await this.isBehind(stream, cached.revision)))) return changed;
    }
    for (let attempt = 1; ; attempt++) {
      const history = await this.history<M>(stream);
      const own = cached || options.mayRepeat || attempt > 1 ? ownEvents(history, meta.commandId) : [];
      if (own.length > 0) return this.repeated(decider, history, own);
      const loaded = this.remember(decider, stream, foldFrom(decider, history));
      try {
        return await this.attempt(decider, stream, loaded, decide, meta, options);
      } catch (error) {
        if (!(error instanceof WrongRevision)) throw error;
        if (attempt === ATTEMPTS) throw new Refusal('stream-contended');
        await pause(Math.random() * 2 ** attempt);
      }
    }
  }

  /** Rejects with WrongRevision when the stream is no longer as it was loaded. */
  private async attempt<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { state, revision, position }: Loaded<S>,
    decide: Decide<S, M>,
    meta: Meta,
    { expectedRevision, mayRepeat, likelyNew }: ChangeOptions,
  ): Promise<Changed<S, M>> {
    if (expectedRevision !== undefined && expectedRevision !== revision) throw new Refusal('stream-moved-on');
    const decided = await decide(state, revision);
    if (decided.length > 0) {
      const changed = await this.append(decider, stream, state, revision, decided, meta);
      // A repeat that was not looked for passes for the first time: what is stored may differ from what is known here.
      if (mayRepeat && likelyNew) this.cache.delete(stream);
      return changed;
    }
    this.saw(position);
    return { state, revision, position, events: [] };
  }

  private async append<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    state: S,
    revision: number,
    decided: readonly EventOf<M>[],
    meta: Meta,
  ): Promise<Changed<S, M>> {
    const events = decided.map(({ type, data }, index): NewEvent => {
      return { id: eventId(meta.commandId, stream, index), type, data, meta };
    });
    const { position, first } = await this.store.append(stream, events, revision).catch((error: unknown) => {
      // Whatever went wrong, what is cached is no longer known to be what is stored.
      this.cache.delete(stream);
      throw error instanceof AppendTooLarge ? new Refusal('event-too-large') : error;
    });
    this.saw(position);
    const recordedAt = Date.parse(meta.at);
    const recorded = events.map(({ id, type, data }, index) => ({
      id,
      type,
      data,
      meta,
      stream,
      revision: revision + 1 + index,
      position: first === undefined ? position : first + BigInt(index),
      recordedAt,
    })) as unknown as Recorded<EventOf<M>>[];
    const changed = { state: fold(decider, state, recorded), revision: revision + events.length, position };
    // A state may hold positions of its events: one folded from positions that are not exact must not stay.
    if (first !== undefined || events.length === 1) this.remember(decider, stream, changed);
    else this.cache.delete(stream);
    return { ...changed, events: recorded };
  }

  /** What a command did when it was first carried out: the state just after its own last event. */
  private repeated<S, M extends EventMap>(
    decider: Decider<S, M>,
    history: readonly RecordedOf<M>[],
    own: readonly RecordedOf<M>[],
  ): Changed<S, M> {
    const last = own.at(-1)!;
    this.saw(last.position);
    return { ...foldFrom(decider, history.slice(0, last.revision + 1)), events: own };
  }

  private async isBehind(stream: string, revision: number): Promise<boolean> {
    const behind = (await this.store.read(stream, revision + 1)).length > 0;
    if (behind) this.cache.delete(stream);
    return behind;
  }

  /** What to decide on before anything is read; the append finds out if it is no longer so. */
  private presumed<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { mayRepeat, likelyNew }: ChangeOptions,
  ): Loaded<S> | undefined {
    const recalled = mayRepeat ? undefined : this.recall(decider, stream);
    if (recalled ?? !likelyNew) return recalled;
    return { state: decider.initial, revision: NO_STREAM, position: START };
  }

  private recall<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Loaded<S> | undefined {
    const cached = this.cache.get(stream);
    return cached?.decider === decider ? (cached as Loaded<unknown> as Loaded<S>) : undefined;
  }

  private remember<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { state, revision, position }: Loaded<S>,
  ): Loaded<S> {
    const cached = this.cache.peek(stream);
    // A slow reader must not put an older state in place of a newer one.
    if (!cached || cached.decider !== decider || cached.revision <= revision)
      this.cache.set(stream, { decider, state, revision, position });
    return { state, revision, position };
  }

  private saw(position: bigint): void {
    if (position > this.last) this.last = position;
  }
}

const foldFrom = <S, M extends EventMap>(
  decider: Decider<S, M>,
  history: readonly RecordedOf<M>[],
): Loaded<S> => ({
  state: fold(decider, decider.initial, history as readonly Recorded<EventOf<M>>[]),
  revision: history.at(-1)?.revision ?? NO_STREAM,
  position: history.at(-1)?.position ?? START,
});

const ownEvents = <M extends EventMap>(history: readonly RecordedOf<M>[], commandId: string) =>
  history.filter((event) => event.meta.commandId === commandId);

// The only writer of the log: read a stream, upcast, fold, decide, append at the revision read. The changes of this
// process to one stream take turns; a conflict with another process is retried.
import type { Codec } from './codec';
import { fold, recordedAs, type Decider, type Loaded } from './decider';
import type { EventMap, EventOf, Meta, Recorded, RecordedOf } from './event';
import { newEvents } from './event-ids';
import { AppendTooLarge, EventStore, NO_STREAM, START, WrongRevision } from './event-store';
import { Preceding } from './preceding';
import { KnownStates } from './known-states';
import { refuseTooLarge } from './stores/serialized';
import { streamPages, streamPagesBack } from './stream-pages';
import { Turns } from './turns';
import { Refusal } from '../refusals';
import { StoreUnavailable } from '../store-unavailable';
import { pause } from '../supervision/pause';

export interface Changed<S, M extends EventMap> extends Loaded<S> {
  /**
   * The events that this command appended, none where it changed nothing. Of events appended just now, `recordedAt` is
   * the time of the command, and each has the position of the last where the store does not tell that of the first.
   */
  readonly events: readonly RecordedOf<M>[];
}

export interface ChangeOptions {
  /** The revision that the client named (If-Match): at any other the change is refused with `stream-moved-on`. */
  readonly expectedRevision?: number;
  /** The command may have been carried out before (Idempotency-Key, job): look for it in the stream first. */
  readonly mayRepeat?: boolean;
  /**
   * The stream has most likely no events yet: decides as if it had none, and reads it only where the append finds some.
   * With `mayRepeat`, a repeated command that decides the same again may be answered without looking at what is stored.
   */
  readonly likelyNew?: boolean;
  /**
   * Does not wait for this process's changes of the stream that are under way: for a change made inside the `decide` of
   * a change of another stream, for which a change under way may itself be waiting.
   */
  readonly outOfTurn?: boolean;
  /** Decides and appends nothing: answers what would have been appended, and the state after it. */
  readonly trial?: boolean;
  /** The change is no part of the request that its correlation id names: no Idempotency-Key has to precede it. */
  readonly apart?: boolean;
}

type Decide<S, M extends EventMap> = (
  state: S,
  revision: number,
) => readonly EventOf<M>[] | Promise<readonly EventOf<M>[]>;

const ATTEMPTS = 8;
export class Streams {
  readonly preceding = new Preceding();
  private readonly states = new KnownStates();
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

  /** Counts all that stands in the log up to a position as appended by this process: its predecessors appended it. */
  resume(position: bigint): void {
    this.saw(position);
  }

  /**
   * The state of a stream as it is stored now. Reads only the events after those of the state that this process knows.
   */
  async load<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Promise<Loaded<S>> {
    const known = this.states.recall(decider, stream);
    return this.states.remember(decider, stream, (await this.replayed(decider, stream, { known })).loaded);
  }

  /**
   * The state as `load` gives it. Where no other process writes the log, and the state that this process knows `does`,
   * reads nothing: for a command that looks at another stream on its way.
   */
  async glance<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    does: (state: S) => boolean,
  ): Promise<Loaded<S>> {
    const known = this.states.recall(decider, stream);
    if (!known || !does(known.state)) return this.load(decider, stream);
    const behind = this.store.shared && (await this.isBehind(stream, known.revision));
    return behind ? this.load(decider, stream) : known;
  }

  /** The upcast events of a stream, oldest first, page by page. */
  pages<M extends EventMap>(stream: string, fromRevision = 0): AsyncGenerator<RecordedOf<M>[], void> {
    return streamPages<M>(this.store, this.codec, stream, fromRevision);
  }

  /** The upcast events of a stream, newest first, page by page. */
  pagesBack<M extends EventMap>(
    stream: string,
    fromRevision?: number,
  ): AsyncGenerator<RecordedOf<M>[], void> {
    return streamPagesBack<M>(this.store, this.codec, stream, fromRevision);
  }

  /** All upcast events of a stream at once, oldest first: for streams that stay short, as those of jobs do. */
  async history<M extends EventMap>(stream: string): Promise<RecordedOf<M>[]> {
    const history: RecordedOf<M>[] = [];
    for await (const events of this.pages<M>(stream)) for (const event of events) history.push(event);
    return history;
  }

  /**
   * Decides on the current state and appends what was decided, once per command: repeating a command returns what it
   * did the first time. `decide` may run several times. A stream that `decide` itself changes should be of another
   * kind, as a record takes reservations: then no two changes wait for each other. Rejects with the Refusal that
   * `decide` throws, or with `stream-moved-on` (412), `event-too-large` (413), or `stream-contended` (409) when other
   * writers kept being faster.
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
          // The state decided on may be behind what another process has appended: an error counts only if it is not.
          // A store that cannot be reached is not asked once more while the client waits.
          if (error instanceof StoreUnavailable) throw error;
          const behind = error instanceof WrongRevision || this.isBehind(stream, cached.revision);
          // Where the store cannot tell, the error stands.
          if (await Promise.resolve(behind).catch(() => false)) return undefined;
          throw error;
        },
      );
      const decidedNothing = changed?.events.length === 0;
      if (changed && !(decidedNothing && (await this.isBehind(stream, cached.revision)))) return changed;
    }
    for (let attempt = 1; ; attempt++) {
      const mayBeOwn = cached !== undefined || options.mayRepeat === true || attempt > 1;
      const own = mayBeOwn ? { commandId: meta.commandId } : {};
      const replayed = await this.replayed(decider, stream, own);
      if (replayed.done) {
        this.saw(replayed.done.position);
        return replayed.done;
      }
      const loaded = this.states.remember(decider, stream, replayed.loaded);
      try {
        return await this.attempt(decider, stream, loaded, decide, meta, options);
      } catch (error) {
        if (!(error instanceof WrongRevision)) throw error;
        if (attempt === ATTEMPTS) throw new Refusal('stream-contended');
        await pause(Math.random() * 2 ** attempt);
      }
    }
  }

  /** Rejects with WrongRevision when the stream has moved on since its state was loaded. */
  private async attempt<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { state, revision, position }: Loaded<S>,
    decide: Decide<S, M>,
    meta: Meta,
    { expectedRevision, mayRepeat, likelyNew, apart, trial }: ChangeOptions,
  ): Promise<Changed<S, M>> {
    if (expectedRevision !== undefined && expectedRevision !== revision) throw new Refusal('stream-moved-on');
    const decided = await decide(state, revision);
    if (decided.length > 0 && trial) {
      refuseTooLarge(decided, meta);
      const events = recordedAs(newEvents(decided, stream, meta), stream, revision, { position });
      return { state: fold(decider, state, events), revision, position, events };
    }
    if (decided.length > 0) {
      if (!apart) await this.preceding.before(meta.correlationId, () => refuseTooLarge(decided, meta));
      const changed = await this.append(decider, stream, state, revision, decided, meta);
      // An unnoticed repeat passes for a first time: the state that is stored may differ from the one folded here.
      if (mayRepeat && likelyNew) this.states.forget(stream);
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
    const events = newEvents(decided, stream, meta);
    const { position, first } = await this.store.append(stream, events, revision).catch((error: unknown) => {
      // Whatever went wrong, the cached state may no longer be the stored one.
      this.states.forget(stream);
      throw error instanceof AppendTooLarge ? new Refusal('event-too-large') : error;
    });
    this.saw(position);
    const recorded = recordedAs<M>(events, stream, revision, { position, first });
    const changed = { state: fold(decider, state, recorded), revision: revision + events.length, position };
    // A state may hold positions of its events: one folded from positions that are not exact must not stay.
    if (first !== undefined || events.length === 1) this.states.remember(decider, stream, changed);
    else this.states.forget(stream);
    return { ...changed, events: recorded };
  }

  /**
   * Folds a stream, from its beginning or onwards from the `known` state. `done` is what the command did when it was
   * first carried out, with the state just after its last event; undefined where the stream has no event of it.
   */
  private async replayed<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { known, commandId }: { readonly known?: Loaded<S> | undefined; readonly commandId?: string },
  ): Promise<{ loaded: Loaded<S>; done: Changed<S, M> | undefined }> {
    let loaded = known ?? { state: decider.initial, revision: NO_STREAM, position: START };
    let done: Changed<S, M> | undefined;
    for await (const events of this.pages<M>(stream, loaded.revision + 1)) {
      const last = commandId === undefined ? -1 : events.findLastIndex(isOf(commandId));
      if (last >= 0) {
        const own = [...(done?.events ?? []), ...events.filter(isOf(commandId!))];
        done = { ...folded(decider, loaded, events.slice(0, last + 1)), events: own };
      }
      loaded = folded(decider, loaded, events);
    }
    return { loaded, done };
  }

  private async isBehind(stream: string, revision: number): Promise<boolean> {
    const behind = (await this.store.read(stream, revision + 1)).events.length > 0;
    if (behind) this.states.forget(stream);
    return behind;
  }

  /** The state to decide on before anything is read; the append finds out if the stream has moved on. */
  private presumed<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { mayRepeat, likelyNew }: ChangeOptions,
  ): Loaded<S> | undefined {
    const recalled = mayRepeat ? undefined : this.states.recall(decider, stream);
    if (recalled ?? !likelyNew) return recalled;
    return { state: decider.initial, revision: NO_STREAM, position: START };
  }

  private saw(position: bigint): void {
    if (position > this.last) this.last = position;
  }
}

/** `events` are the next ones of the stream, at least one. */
const folded = <S, M extends EventMap>(
  decider: Decider<S, M>,
  { state }: Loaded<S>,
  events: readonly RecordedOf<M>[],
): Loaded<S> => ({
  state: fold(decider, state, events as readonly Recorded<EventOf<M>>[]),
  revision: events.at(-1)!.revision,
  position: events.at(-1)!.position,
});

const isOf =
  (commandId: string) =>
  (event: { readonly meta: Meta }): boolean =>
    event.meta.commandId === commandId;

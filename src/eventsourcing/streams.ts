// The only writer: read, upcast, fold, decide, append at the expected revision; retried on a conflict.
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { v5 as uuidV5 } from 'uuid';
import type { Codec } from './codec';
import { fold, type Decider } from './decider';
import type { EventMap, EventOf, Meta, NewEvent, Recorded, RecordedOf } from './event';
import { EventStore, NO_STREAM, START, WrongRevision } from './event-store';
import { Refusal } from '../refusals';

export interface Loaded<S> {
  readonly state: S;
  /** NO_STREAM where there is none. */
  readonly revision: number;
  /** Of the stream's last event; START where there is none. */
  readonly position: bigint;
}

export interface Changed<S, M extends EventMap> extends Loaded<S> {
  /** The events of this command, none where it was already so. */
  readonly events: readonly RecordedOf<M>[];
}

export interface ChangeOptions {
  /** The revision the client named (If-Match): anything else is refused with `stream-moved-on`. */
  readonly expectedRevision?: number;
  /** The command may have been carried out before (Idempotency-Key, job): look for it in the stream first. */
  readonly mayRepeat?: boolean;
}

const ATTEMPTS = 8;
const CACHED_STATES = 20_000;
/** Namespace of event ids: uuid v5 of (command, stream, index). */
const EVENT_IDS = '6f1c2f5e-3f0b-5a52-9a52-5d1d0a0e7c11';

export class Streams {
  /** Folded states by stream; an entry holds for the revision it names, and an append at it finds out if it moved. */
  private readonly cache = new LRUCache<string, Loaded<unknown>>({ max: CACHED_STATES });
  private last = START;

  constructor(
    readonly store: EventStore,
    private readonly codec: Codec,
  ) {}

  /** Position of the newest event this process has appended or found appended. */
  get lastPosition(): bigint {
    return this.last;
  }

  /** The state of a stream from the store, never from the cache. */
  async load<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Promise<Loaded<S>> {
    return this.remember(stream, await this.foldAll(decider, stream));
  }

  /** The upcast events of a stream, oldest first. */
  async history<M extends EventMap>(stream: string, fromRevision = 0): Promise<RecordedOf<M>[]> {
    const stored = await this.store.read(stream, fromRevision);
    return stored.map((event) => this.codec.decode<M>(event));
  }

  /**
   * Decides on the current state and appends what was decided, once per command: repeating a command returns what it
   * did the first time. `decide` may run several times. Rejects with the decider's Refusal, or `stream-moved-on`
   * (412), or `stream-contended` (409) when others kept being faster.
   */
  async change<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    decide: (state: S, revision: number) => readonly EventOf<M>[] | Promise<readonly EventOf<M>[]>,
    meta: Meta,
    options: ChangeOptions = {},
  ): Promise<Changed<S, M>> {
    for (let attempt = 1; ; attempt++) {
      const cached = attempt === 1 && !options.mayRepeat ? this.cache.get(stream) : undefined;
      let loaded = cached as Loaded<S> | undefined;
      if (!loaded) {
        const history = await this.history<M>(stream);
        const own = attempt > 1 || options.mayRepeat ? ownEvents(history, meta.commandId) : [];
        if (own.length > 0) return this.repeated(decider, history, own);
        loaded = this.remember(stream, foldFrom(decider, history));
      }
      const { state, revision } = loaded;
      if (options.expectedRevision !== undefined && options.expectedRevision !== revision) {
        if (!cached) throw new Refusal('stream-moved-on');
        this.cache.delete(stream);
        continue;
      }
      const decided = await decide(state, revision);
      if (decided.length === 0) {
        // A cached state may be behind another process: "already so" must hold for what is stored.
        if (cached && (await this.store.read(stream, revision + 1)).length > 0) {
          this.cache.delete(stream);
          continue;
        }
        this.saw(loaded.position);
        return { ...loaded, events: [] };
      }
      try {
        return await this.append(decider, stream, loaded, decided, meta);
      } catch (error) {
        this.cache.delete(stream);
        if (!(error instanceof WrongRevision)) throw error;
        if (attempt === ATTEMPTS) throw new Refusal('stream-contended');
        await pause(Math.random() * 2 ** attempt);
      }
    }
  }

  private async append<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { state, revision }: Loaded<S>,
    decided: readonly EventOf<M>[],
    meta: Meta,
  ): Promise<Changed<S, M>> {
    const events: NewEvent[] = decided.map((event, index) => ({
      id: uuidV5(`${meta.commandId}/${stream}/${index}`, EVENT_IDS),
      type: event.type,
      data: event.data,
      meta,
    }));
    const appended = await this.store.append(stream, events, revision);
    this.saw(appended.position);
    const recorded = events.map((event, index) => ({
      ...event,
      stream,
      revision: revision + 1 + index,
      position: appended.position,
      recordedAt: Date.parse(meta.at),
    })) as unknown as Recorded<EventOf<M>>[];
    const changed = {
      state: fold(decider, state, recorded),
      revision: appended.revision,
      position: appended.position,
    };
    this.remember(stream, changed);
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

  private async foldAll<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Promise<Loaded<S>> {
    return foldFrom(decider, await this.history<M>(stream));
  }

  private remember<S>(stream: string, loaded: Loaded<S>): Loaded<S> {
    this.cache.set(stream, loaded);
    return loaded;
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

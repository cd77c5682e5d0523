// Runs all projections of a process: one loop per projection version, changed versions built beside the old ones.
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { collectionOf, type AnyProjection } from '../../projections/projection';
import { START, type EventStore } from '../eventsourcing/event-store';
import type { DocumentStore } from './document-store';
import type { Feed } from './feed';
import { Holds } from './holds';
import { Lease } from './lease';
import { ProjectionLoop, type ProjectionError } from './projection-loop';

export type ProjectionState = 'live' | 'catching-up' | 'rebuilding' | 'stopped';

export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly state: ProjectionState;
  readonly position: bigint;
  /** From `position` to the head of the log: events on the embedded log, bytes on EventStoreDB. */
  readonly lag: bigint;
  readonly error?: ProjectionError;
}

/** How far a projection is. */
export interface Progress {
  /** Of the code's version. */
  readonly position: bigint;
  /** The collection that answers queries. */
  readonly active: string;
  /** It is of the code's version. */
  readonly current: boolean;
  readonly caughtUp: boolean;
  /** A row threw: it goes no further until the process starts again. */
  readonly stopped: boolean;
  readonly error: ProjectionError | undefined;
}

/** The read models were made from another log. */
export class OtherLog extends Error {
  constructor() {
    super('The read models belong to another log: empty the read store, they are made again from this one');
  }
}

export interface ProjectorOptions {
  /** Milliseconds between sweeps of tombstones; one is swept when the checkpoint passed it a sweep ago. */
  readonly sweepMs?: number;
}

/** Milliseconds between looks at projections that run in another process. */
const POLL_MS = 100;
/** Milliseconds before a store that failed is asked for the lease again. */
const RETRY_MS = 1_000;

export class Projector {
  private readonly loops = new Map<string, ProjectionLoop>();
  private readonly active = new Map<string, string>();
  private readonly listeners = new Set<(name: string, position: bigint) => void>();
  private readonly movements = new Set<(name: string) => void>();
  private readonly settling = new Map<string, Promise<void>>();
  private readonly swept = new Map<string, bigint>();
  private readonly stopping = new AbortController();
  private readonly holds: Holds;
  private running: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly feed: Feed,
    private readonly eventStore: EventStore,
    readonly projections: readonly AnyProjection[],
    private readonly options: ProjectorOptions = {},
  ) {
    this.holds = new Holds(documents);
  }

  /** Resolves when the collections are there and the loops run, or wait for the lease. Rejects with OtherLog. */
  async start(): Promise<void> {
    const { logId } = this.eventStore;
    if (!(await this.documents.compareAndSet('log', undefined, logId)))
      if ((await this.documents.getState<string>('log')) !== logId) throw new OtherLog();
    for (const projection of this.projections) {
      const target = collectionOf(projection);
      await this.documents.ensure(target, 'later');
      await this.documents.compareAndSet(activeKey(projection), undefined, target.name);
      // Told before anybody asks: where nobody else runs it, what stopped it last time is tried again.
      if (this.documents.exclusive) await this.forgetStop(target.name);
    }
    this.running = this.documents.exclusive ? this.run(this.stopping.signal) : this.runLeased();
  }

  /** Ends after the batches in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.allSettled(this.settling.values());
    await this.holds.close();
  }

  /** Called after each batch that a projection applied in this process, with the position of its last event. */
  onApplied(listener: (name: string, position: bigint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Keeps tombstones stamped after a position, and collections, until the returned function is called. */
  hold(position: bigint): () => void {
    return this.holds.hold(position);
  }

  async status(): Promise<ProjectionStatus[]> {
    const head = await this.eventStore.head();
    return Promise.all(
      this.projections.map(async (projection) => {
        const { name, version } = projection;
        const { position, stopped, current, caughtUp, error } = await this.progress(projection);
        const state = stopped ? 'stopped' : !current ? 'rebuilding' : caughtUp ? 'live' : 'catching-up';
        const lag = head > position ? head - position : 0n;
        return { name, version, state, position, lag, ...(error && { error }) };
      }),
    );
  }

  /** How far a projection is: by its loop, or by the store where another process runs it. */
  async progress(projection: AnyProjection): Promise<Progress> {
    const target = collectionOf(projection).name;
    const loop = this.loops.get(projection.name);
    const known = this.active.get(projection.name);
    if (loop && known !== undefined) {
      const { position, caughtUp, stopped, error } = loop;
      return { position, active: known, current: known === target, caughtUp, stopped, error };
    }
    const [position = START, active = target, error] = await Promise.all([
      this.documents.checkpoint(target),
      this.documents.getState<string>(activeKey(projection)),
      this.documents.getState<ProjectionError>(stoppedKey(target)),
    ]);
    return {
      position,
      active,
      current: active === target,
      caughtUp: true,
      stopped: error !== undefined,
      error,
    };
  }

  /** Resolves at the next movement of a projection, or when it is time to look again, or when the signal aborts. */
  moved(name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.movements.delete(listener);
        signal.removeEventListener('abort', done);
        clearTimeout(timer);
        resolve();
      };
      const listener = (moved: string) => {
        if (moved === name) done();
      };
      const timer = this.loops.has(name) ? undefined : setTimeout(done, POLL_MS);
      this.movements.add(listener);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  private async runLeased(): Promise<void> {
    const { signal } = this.stopping;
    const lease = new Lease(this.documents, 'projector');
    while (!signal.aborted)
      await lease
        .hold(signal, (held) => this.run(held))
        // The store is out of reach; how long it takes to say so is its own affair.
        .catch(() => pause(RETRY_MS, undefined, { signal }).catch(() => {}));
  }

  private async run(signal: AbortSignal): Promise<void> {
    // Every loop listens: as many as there are projections is no leak.
    setMaxListeners(0, signal);
    try {
      for (const projection of this.projections) {
        const { name } = collectionOf(projection);
        // A process of an older version may have held the lease meanwhile, and dropped it.
        await this.documents.ensure(collectionOf(projection), 'later');
        this.active.set(
          projection.name,
          (await this.documents.getState<string>(activeKey(projection))) ?? name,
        );
        await this.forgetStop(name);
        const loop = new ProjectionLoop(this.documents, this.feed, projection, name, (moved) =>
          this.onMoved(moved),
        );
        this.loops.set(projection.name, loop);
      }
      const sweeping = setInterval(() => void this.sweep().catch(() => {}), this.options.sweepMs ?? 60_000);
      await Promise.all([...this.loops.values()].map((loop) => loop.run(signal)));
      clearInterval(sweeping);
      // Stopped by a row, all of them: their state is told until the end.
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      await Promise.allSettled(this.settling.values());
      // Another process may run them next: what is known here must not pass for how far they are.
      this.settling.clear();
      this.loops.clear();
      this.active.clear();
    }
  }

  private async forgetStop(collection: string): Promise<void> {
    const key = stoppedKey(collection);
    await this.documents.compareAndSet(key, await this.documents.getState(key), undefined);
  }

  private onMoved(loop: ProjectionLoop): void {
    const { name } = loop.projection;
    for (const listener of this.movements) listener(name);
    for (const listener of this.listeners) listener(name, loop.position);
    if (loop.stopped)
      this.settling.set(
        name,
        this.documents.setState(stoppedKey(loop.collection), loop.error).catch(() => {}),
      );
    else if (loop.caughtUp && !this.settling.has(name))
      this.settling.set(
        name,
        this.settle(loop).catch(() => {
          // Tried again at its next movement.
          this.settling.delete(name);
        }),
      );
  }

  /** Caught up for the first time: makes the indexes, then lets this version answer instead of the old one. */
  private async settle({ projection, collection }: ProjectionLoop): Promise<void> {
    const { name } = projection;
    await this.documents.ensure(collectionOf(projection), 'now');
    const old = await this.documents.getState<string>(activeKey(projection));
    if (old !== collection) {
      await this.documents.setState(activeKey(projection), collection);
      this.active.set(name, collection);
      for (const listener of this.movements) listener(name);
    }
    await this.dropOthers(projection, collection);
  }

  /** Versions that no longer answer; those that a job may be reading go at a later sweep. */
  private async dropOthers(projection: AnyProjection, collection: string): Promise<void> {
    if ((await this.holds.least()) !== undefined) return;
    const version = new RegExp(`^${projection.name}_v\\d+$`);
    for (const other of await this.documents.collections())
      if (version.test(other) && other !== collection) {
        await this.documents.drop(other);
        await this.documents.dropCheckpoint(other);
      }
  }

  private async sweep(): Promise<void> {
    const held = await this.holds.least();
    for (const loop of this.loops.values()) {
      const passed = this.swept.get(loop.collection);
      this.swept.set(loop.collection, loop.position);
      if (passed !== undefined) await loop.sweep(held !== undefined && held < passed ? held : passed);
      const { projection, collection } = loop;
      if (this.active.get(projection.name) === collection) await this.dropOthers(projection, collection);
    }
  }
}

const activeKey = ({ name }: AnyProjection): string => `active:${name}`;
const stoppedKey = (collection: string): string => `stopped:${collection}`;

// The projections of a process, as everybody else knows them: started and stopped together, and how far each one is.
import { setTimeout as pause } from 'node:timers/promises';
import { collectionOf, type AnyProjection } from '../../projections/projection';
import { START, type EventStore } from '../eventsourcing/event-store';
import type { DocumentStore } from './document-store';
import type { Feed } from './feed';
import { Holds } from './holds';
import { Lease } from './lease';
import type { ProjectionError } from './projection-loop';
import {
  activeKey,
  forgetStop,
  ProjectionRunner,
  stoppedKey,
  type Progress,
  type Projecting,
} from './projection-runner';

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

/** The read models were made from another log. */
export class OtherLog extends Error {
  constructor() {
    super('The read models belong to another log: empty the read store, they are made again from this one');
  }
}

export interface ProjectorOptions {
  readonly sweepMs?: number;
  /** Where they run; here unless it is given. */
  readonly projecting?: (held: () => Promise<bigint | undefined>) => Projecting;
}

/** Milliseconds between looks at projections that run in another process. */
const POLL_MS = 100;
/** Milliseconds before a store that failed is asked for the lease again. */
const RETRY_MS = 1_000;

export class Projector {
  /** How far those are that run in this process. */
  private readonly known = new Map<string, Progress>();
  private readonly listeners = new Set<(name: string, position: bigint) => void>();
  private readonly movements = new Set<(name: string) => void>();
  private readonly stopping = new AbortController();
  private readonly holds: Holds;
  private readonly projecting: Projecting;
  private running: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    feed: Feed,
    private readonly eventStore: EventStore,
    readonly projections: readonly AnyProjection[],
    { projecting, sweepMs }: ProjectorOptions = {},
  ) {
    this.holds = new Holds(documents);
    const held = () => this.holds.least();
    this.projecting = projecting?.(held) ?? new ProjectionRunner(documents, feed, projections, held, sweepMs);
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
      if (this.documents.exclusive) await forgetStop(this.documents, target.name);
    }
    this.running = this.documents.exclusive ? this.run(this.stopping.signal) : this.runLeased();
  }

  /** Ends after the batches in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
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

  /** How far a projection is: by who runs it here, or by the store where another process does. */
  async progress(projection: AnyProjection): Promise<Progress> {
    const known = this.known.get(projection.name);
    if (known) return known;
    const target = collectionOf(projection).name;
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
      const timer = this.known.has(name) ? undefined : setTimeout(done, POLL_MS);
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
    try {
      await this.projecting.run(signal, (name, progress) => this.onMoved(name, progress));
    } finally {
      // Another process may run them next: what is known here must not pass for how far they are.
      this.known.clear();
    }
  }

  private onMoved(name: string, progress: Progress): void {
    this.known.set(name, progress);
    for (const listener of this.movements) listener(name);
    for (const listener of this.listeners) listener(name, progress.position);
  }
}

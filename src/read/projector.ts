// The projector starts and stops the projections of a process together, and tells everybody else how far each one is.
import { collectionOf, type AnyProjection, type Digest } from '../../projections/projection';
import { START, type EventStore } from '../eventsourcing/event-store';
import type { FaultReports } from '../supervision/faults';
import { pause } from '../supervision/pause';
import type { DocumentStore } from './document-store';
import type { Feed } from './feed';
import { Holds } from './holds';
import { Lease, type LeaseTimes } from './lease';
import type { ProjectionError } from './projection-loop';
import {
  activeKey,
  forgetStop,
  ProjectionRunner,
  stoppedKey,
  type ProjectionProgress,
  type Projecting,
} from './projection-runner';
import { onAbort } from '../supervision/on-abort';

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

export interface ProjectorOptions {
  readonly sweepMs?: number;
  readonly leaseTimes?: LeaseTimes;
  /** What runs the projections; without it they run in this thread. */
  readonly projecting?: (held: () => Promise<bigint | undefined>, faults: FaultReports) => Projecting;
}

/** A change of how far a projection is, which somebody waits for. */
export interface Movement {
  readonly happens: Promise<void>;
  /** Ends the waiting: the movement counts as having happened. */
  forget(): void;
}

/** Milliseconds between looks at projections that run in another process. */
const POLL_MS = 100;
/** Milliseconds before projections that could not be run are started again. */
const RETRY_MS = 1_000;

export class Projector {
  /** How far each projection is; empty while another process runs them. */
  private readonly known = new Map<string, ProjectionProgress>();
  private readonly listeners = new Set<(name: string) => void>();
  private readonly movements = new Set<(name: string) => void>();
  private readonly stopping = new AbortController();
  private readonly holds: Holds;
  private readonly projecting: Projecting;
  private readonly leaseTimes: LeaseTimes | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    feed: Feed,
    private readonly eventStore: EventStore,
    readonly projections: readonly AnyProjection[],
    private readonly faults: FaultReports,
    digest: Digest,
    { projecting, sweepMs, leaseTimes }: ProjectorOptions = {},
  ) {
    this.leaseTimes = leaseTimes;
    this.holds = new Holds(documents, faults);
    const held = () => this.holds.least();
    this.projecting =
      projecting?.(held, faults) ??
      new ProjectionRunner(documents, feed, projections, held, faults, digest, sweepMs);
  }

  /** Resolves when the collections are there and the loops run, or wait for the lease. */
  async start(): Promise<void> {
    await Promise.all(this.projections.map((projection) => this.prepare(projection)));
    this.running = this.documents.exclusive ? this.run(this.stopping.signal) : this.runLeased();
  }

  private async prepare(projection: AnyProjection): Promise<void> {
    const target = collectionOf(projection);
    await this.documents.ensure(target, 'later');
    await this.documents.compareAndSet(activeKey(projection), undefined, target.name);
    // Where no other process runs the projection, nobody is to hear of a stop whose event is tried again now.
    if (this.documents.exclusive) await forgetStop(this.documents, target.name);
  }

  /** Stops the projections after the batches in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.holds.close();
  }

  /**
   * Calls the listener with the name of each projection that has changed documents, or its collection, in this process.
   */
  onChanged(listener: (name: string) => void): () => void {
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

  /** How far a projection is: as known here, or from the store where another process runs the projection. */
  async progress(projection: AnyProjection): Promise<ProjectionProgress> {
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
      changed: START,
      active,
      current: active === target,
      caughtUp: true,
      stopped: error !== undefined,
      error,
    };
  }

  /** The next movement of a projection; the time to look again and the abort of the signal count as one, too. */
  movement(name: string, signal: AbortSignal): Movement {
    let happen!: () => void;
    const happens = new Promise<void>((resolve) => (happen = resolve));
    const listener = (moved: string) => {
      if (moved === name) happen();
    };
    const timer = this.known.has(name) ? undefined : setTimeout(happen, POLL_MS);
    this.movements.add(listener);
    const unheard = onAbort(signal, happen);
    const forget = () => {
      this.movements.delete(listener);
      unheard();
      clearTimeout(timer);
      happen();
    };
    void happens.then(forget);
    return { happens, forget };
  }

  private async runLeased(): Promise<void> {
    const { signal } = this.stopping;
    const lease = new Lease(this.documents, 'projector', this.faults, this.leaseTimes);
    while (!signal.aborted)
      try {
        await lease.hold(signal, (held) => this.run(held));
      } catch (error) {
        this.faults.report('projecting', error);
        await pause(RETRY_MS, signal);
      }
  }

  private async run(signal: AbortSignal): Promise<void> {
    try {
      await this.projecting.run(signal, (name, progress) => this.onMoved(name, progress));
    } finally {
      // Another process may run the projections next: what is known here must not pass for how far they are.
      this.known.clear();
    }
  }

  private onMoved(name: string, progress: ProjectionProgress): void {
    this.faults.clear('projecting');
    const before = this.known.get(name);
    this.known.set(name, progress);
    for (const listener of this.movements) listener(name);
    if (before?.active === progress.active && before.changed >= progress.changed) return;
    for (const listener of this.listeners) listener(name);
  }
}

// Runs a loop for each projection: a changed version is built beside the old one, then answers queries in its place.
import { setMaxListeners } from 'node:events';
import { collectionOf, type AnyProjection, type Digest } from '../../projections/projection';
import { rounds, type Round } from '../supervision/aside';
import type { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause } from '../supervision/pause';
import { WriteConflict, type DocumentStore } from './document-store';
import type { Feed } from './feed';
import { ProjectionLoop, type ProjectionError } from './projection-loop';

/** How far a projection is. */
export interface ProjectionProgress {
  /** Of the last event that the code's version of the projection has applied. */
  readonly position: bigint;
  /** Position of the last event that changed a document while the projection ran in this process. */
  readonly changed: bigint;
  /** Name of the collection that answers queries. */
  readonly active: string;
  /** The active collection is of the code's version. */
  readonly current: boolean;
  readonly caughtUp: boolean;
  /** A row threw: the projection goes no further until the process starts again. */
  readonly stopped: boolean;
  readonly error: ProjectionError | undefined;
}

/** Runs projections, in this thread or in one of their own. */
export interface Projecting {
  /** Runs until the signal aborts. `moved` is told how far each projection is, whenever that changes. */
  run(signal: AbortSignal, moved: (name: string, progress: ProjectionProgress) => void): Promise<void>;
}

/** Milliseconds between sweeps; a tombstone is swept once the checkpoint had passed it at the sweep before. */
const SWEEP_MS = 60_000;
const BACKOFF_MS = { least: 50, most: 5_000 };

export class ProjectionRunner implements Projecting {
  private readonly loops = new Map<string, ProjectionLoop>();
  private readonly active = new Map<string, string>();
  private readonly settling = new Map<string, Promise<void>>();
  private readonly swept = new Map<string, bigint>();
  private moved: (name: string, progress: ProjectionProgress) => void = () => undefined;

  /** `held` gives the least position that a hold names, undefined if there is none. */
  constructor(
    private readonly documents: DocumentStore,
    private readonly feed: Feed,
    private readonly projections: readonly AnyProjection[],
    private readonly held: () => Promise<bigint | undefined>,
    private readonly faults: FaultReports,
    private readonly digest: Digest,
    private readonly sweepMs = SWEEP_MS,
  ) {}

  async run(signal: AbortSignal, moved: (name: string, progress: ProjectionProgress) => void): Promise<void> {
    this.moved = moved;
    // Every loop listens to the signal: as many listeners as projections are no leak.
    setMaxListeners(0, signal);
    try {
      await Promise.all(this.projections.map((projection) => this.prepare(projection, signal)));
      await Promise.all([this.sweeps(signal), ...[...this.loops.values()].map((loop) => loop.run(signal))]);
    } finally {
      await Promise.all(this.settling.values());
      // Another process may run the projections next: what is known here must not pass for how far they are.
      this.settling.clear();
      this.loops.clear();
      this.active.clear();
    }
  }

  private async prepare(projection: AnyProjection, signal: AbortSignal): Promise<void> {
    const { documents, feed, faults } = this;
    const { name } = collectionOf(projection);
    // A process of an older version may have held the lease meanwhile, and dropped this collection.
    await documents.ensure(collectionOf(projection), 'later');
    this.active.set(projection.name, (await documents.getState<string>(activeKey(projection))) ?? name);
    await forgetStop(documents, name);
    const moved = (loop: ProjectionLoop) => this.onMoved(loop, signal);
    this.loops.set(
      projection.name,
      new ProjectionLoop(documents, feed, projection, name, moved, faults, this.digest),
    );
  }

  private onMoved(loop: ProjectionLoop, signal: AbortSignal): void {
    this.tell(loop);
    const { stopped, caughtUp, collection, projection, error } = loop;
    if (stopped)
      this.insist(`stop ${projection.name}`, loop, signal, () =>
        this.documents.setState(stoppedKey(collection), error),
      );
    else if (caughtUp) this.insist(projection.name, loop, signal, () => this.settle(loop));
  }

  /** Does `work` once for a key, beside the loops, and again until it succeeds: no loop may move again for long. */
  private insist(
    key: string,
    { projection }: ProjectionLoop,
    signal: AbortSignal,
    work: () => Promise<void>,
  ): void {
    if (this.settling.has(key)) return;
    const part: Part = `settle:${projection.name}`;
    const done = async (): Promise<void> => {
      for (let delay = BACKOFF_MS.least; !signal.aborted; delay = Math.min(2 * delay, BACKOFF_MS.most))
        try {
          await work();
          return this.faults.clear(part);
        } catch (error) {
          this.faults.report(part, error);
          await pause(delay, signal);
        }
    };
    this.settling.set(key, done());
  }

  private tell({
    projection: { name },
    collection,
    position,
    changed,
    caughtUp,
    stopped,
    error,
  }: ProjectionLoop): void {
    const active = this.active.get(name) ?? collection;
    const current = active === collection;
    this.moved(name, { position, changed, active, current, caughtUp, stopped, error });
  }

  /** When a loop has first caught up: makes the indexes, then lets this version answer instead of the old one. */
  private async settle(loop: ProjectionLoop): Promise<void> {
    const { projection, collection } = loop;
    const { name } = projection;
    await this.documents.ensure(collectionOf(projection), 'now');
    const old = await this.documents.getState<string>(activeKey(projection));
    if (old !== collection) {
      // While this process was paused, a newer version may have taken over: it must not be put back to this one.
      if (!(await this.documents.compareAndSet(activeKey(projection), old, collection)))
        throw new WriteConflict();
      this.active.set(name, collection);
      this.tell(loop);
    }
    await this.dropOthers(projection, collection);
  }

  /** Drops the versions that no longer answer; while a job may be reading one of them, at a later sweep. */
  private async dropOthers(projection: AnyProjection, collection: string): Promise<void> {
    if ((await this.held()) !== undefined) return;
    const version = new RegExp(`^${projection.name}_v\\d+$`);
    for (const other of await this.documents.collections())
      if (version.test(other) && other !== collection) {
        await this.documents.drop(other);
        await this.documents.dropCheckpoint(other);
      }
  }

  private async sweeps(signal: AbortSignal): Promise<void> {
    await pause(this.sweepMs, signal);
    await rounds('sweep', this.faults, this.sweepMs, signal, (round) => this.sweep(round));
  }

  private async sweep({ each }: Round): Promise<void> {
    const held = await this.held();
    for (const loop of this.loops.values()) await each(loop.collection, () => this.sweepOne(loop, held));
  }

  private async sweepOne(loop: ProjectionLoop, held: bigint | undefined): Promise<void> {
    const { projection, collection, position } = loop;
    const passed = this.swept.get(collection);
    this.swept.set(collection, position);
    if (passed !== undefined) await loop.sweep(held !== undefined && held < passed ? held : passed);
    if (this.active.get(projection.name) === collection) await this.dropOthers(projection, collection);
  }
}

export const activeKey = ({ name }: AnyProjection): string => `active:${name}`;
export const stoppedKey = (collection: string): string => `stopped:${collection}`;

/** Lets the event that stopped a projection be tried again: takes back that the projection is stopped. */
export async function forgetStop(documents: DocumentStore, collection: string): Promise<void> {
  const key = stoppedKey(collection);
  await documents.compareAndSet(key, await documents.getState(key), undefined);
}

// Runs the loops of all projections, one per version: changed versions are built beside the old ones, then switched.
import { setMaxListeners } from 'node:events';
import { collectionOf, type AnyProjection } from '../../projections/projection';
import type { DocumentStore } from './document-store';
import type { Feed } from './feed';
import { ProjectionLoop, type ProjectionError } from './projection-loop';

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

/** Runs projections, here or in a thread of their own. */
export interface Projecting {
  /** Until the signal aborts. `moved` is told how far each projection is, whenever that changes. */
  run(signal: AbortSignal, moved: (name: string, progress: Progress) => void): Promise<void>;
}

/** Milliseconds between sweeps of tombstones; one is swept when the checkpoint passed it a sweep ago. */
const SWEEP_MS = 60_000;

export class ProjectionRunner implements Projecting {
  private readonly loops = new Map<string, ProjectionLoop>();
  private readonly active = new Map<string, string>();
  private readonly settling = new Map<string, Promise<void>>();
  private readonly swept = new Map<string, bigint>();
  private moved: (name: string, progress: Progress) => void = () => undefined;

  /** `held`: the least position whose tombstones and collections somebody still needs. */
  constructor(
    private readonly documents: DocumentStore,
    private readonly feed: Feed,
    private readonly projections: readonly AnyProjection[],
    private readonly held: () => Promise<bigint | undefined>,
    private readonly sweepMs = SWEEP_MS,
  ) {}

  async run(signal: AbortSignal, moved: (name: string, progress: Progress) => void): Promise<void> {
    this.moved = moved;
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
        await forgetStop(this.documents, name);
        const loop = new ProjectionLoop(this.documents, this.feed, projection, name, (moved) =>
          this.onMoved(moved),
        );
        this.loops.set(projection.name, loop);
      }
      const sweeping = setInterval(() => void this.sweep().catch(() => {}), this.sweepMs);
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

  private onMoved(loop: ProjectionLoop): void {
    const { name } = loop.projection;
    this.tell(loop);
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

  private tell({
    projection: { name },
    collection,
    position,
    caughtUp,
    stopped,
    error,
  }: ProjectionLoop): void {
    const active = this.active.get(name) ?? collection;
    this.moved(name, { position, active, current: active === collection, caughtUp, stopped, error });
  }

  /** Caught up for the first time: makes the indexes, then lets this version answer instead of the old one. */
  private async settle(loop: ProjectionLoop): Promise<void> {
    const { projection, collection } = loop;
    const { name } = projection;
    await this.documents.ensure(collectionOf(projection), 'now');
    const old = await this.documents.getState<string>(activeKey(projection));
    if (old !== collection) {
      await this.documents.setState(activeKey(projection), collection);
      this.active.set(name, collection);
      this.tell(loop);
    }
    await this.dropOthers(projection, collection);
  }

  /** Versions that no longer answer; those that a job may be reading go at a later sweep. */
  private async dropOthers(projection: AnyProjection, collection: string): Promise<void> {
    if ((await this.held()) !== undefined) return;
    const version = new RegExp(`^${projection.name}_v\\d+$`);
    for (const other of await this.documents.collections())
      if (version.test(other) && other !== collection) {
        await this.documents.drop(other);
        await this.documents.dropCheckpoint(other);
      }
  }

  private async sweep(): Promise<void> {
    const held = await this.held();
    for (const loop of this.loops.values()) {
      const passed = this.swept.get(loop.collection);
      this.swept.set(loop.collection, loop.position);
      if (passed !== undefined) await loop.sweep(held !== undefined && held < passed ? held : passed);
      const { projection, collection } = loop;
      if (this.active.get(projection.name) === collection) await this.dropOthers(projection, collection);
    }
  }
}

export const activeKey = ({ name }: AnyProjection): string => `active:${name}`;
export const stoppedKey = (collection: string): string => `stopped:${collection}`;

/** What stopped a projection is tried again. */
export async function forgetStop(documents: DocumentStore, collection: string): Promise<void> {
  const key = stoppedKey(collection);
  await documents.compareAndSet(key, await documents.getState(key), undefined);
}

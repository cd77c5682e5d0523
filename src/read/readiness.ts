// Whether what a process needs of read models has been made and goes on being made: one that starts on an old log, or an
// empty read store, says so until it has.
import type { AnyProjection } from '../../projections/projection';
import type { Projector } from './projector';

/** A read model that writes wait for. */
export interface CatchingUp {
  readonly projection: string;
  /** Positions: of the last event applied, and of the last one that was in the log when the process started. */
  readonly applied: bigint;
  readonly of: bigint;
}

export class Readiness {
  private readonly writesNeed: readonly AnyProjection[];
  private missing: readonly AnyProjection[];

  constructor(
    private readonly projector: Projector,
    /** The end of the log when the process started. */
    private readonly head: bigint,
    /** What else this process cannot do its work without. */
    private readonly alsoNeeded: () => readonly AnyProjection[],
  ) {
    this.writesNeed = projector.projections.filter(({ neededBy }) => neededBy === 'writes');
    this.missing = this.writesNeed;
  }

  /** Names of those that go no further, though this process needs them. */
  async stopped(): Promise<string[]> {
    const needed = [...new Set([...this.writesNeed, ...this.alsoNeeded()])];
    const found = await Promise.all(
      needed.map(async (projection) =>
        (await this.projector.progress(projection)).stopped ? [projection.name] : [],
      ),
    );
    return found.flat();
  }

  /**
   * What is still to come; nothing from then on for good: what is behind later is so by what was written meanwhile. One
   * that has stopped is not waited for: it is told as stopped.
   */
  async catchingUp(): Promise<CatchingUp[]> {
    const all = await Promise.all(
      this.missing.map(async (projection) => ({
        projection,
        progress: await this.projector.progress(projection),
      })),
    );
    const left = all.filter(
      ({ progress }) => !progress.stopped && !(progress.current && progress.position >= this.head),
    );
    const stopped = all.filter(({ progress }) => progress.stopped);
    this.missing = [...left, ...stopped].map(({ projection }) => projection);
    return left.map(({ projection: { name }, progress: { position } }) => ({
      projection: name,
      applied: position,
      of: this.head,
    }));
  }
}

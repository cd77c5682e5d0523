// Tells whether the read models that a process needs have been made, and go on being made: a process that starts on an
// old log, or on an empty read store, is not ready before.
import type { AnyProjection } from '../../projections/projection';
import type { Projector } from './projector';

/** A read model that writes need, and that is not made yet. */
export interface CatchingUp {
  readonly projection: string;
  /** Position of the last event applied. */
  readonly applied: bigint;
  /** Position of the last event that was in the log when the process started. */
  readonly of: bigint;
}

export class Readiness {
  private readonly writesNeed: readonly AnyProjection[];
  private missing: readonly AnyProjection[];

  constructor(
    private readonly projector: Projector,
    /** The end of the log when the process started. */
    private readonly head: bigint,
    /** Other projections that this process cannot do its work without. */
    private readonly alsoNeeded: () => readonly AnyProjection[],
  ) {
    this.writesNeed = projector.projections.filter(({ neededBy }) => neededBy === 'writes');
    this.missing = this.writesNeed;
  }

  /** Names of projections that have stopped though this process needs them. */
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
   * The read models that have not applied yet what was in the log at the start; once none is left, none ever is again:
   * later a read model can only be behind what was written since. Stopped projections are told by `stopped` instead.
   */
  async catchingUp(): Promise<CatchingUp[]> {
    const all = await Promise.all(
      this.missing.map(async (projection) => ({
        projection,
        progress: await this.projector.progress(projection),
      })),
    );
    const missing = all.filter(
      ({ progress: { stopped, current, position } }) => stopped || !current || position < this.head,
    );
    this.missing = missing.map(({ projection }) => projection);
    const left = missing.filter(({ progress }) => !progress.stopped);
    return left.map(({ projection: { name }, progress: { position } }) => ({
      projection: name,
      applied: position,
      of: this.head,
    }));
  }
}

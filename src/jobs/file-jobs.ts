// Jobs that build a file in a thread. The file of a run counts once the event that names it stands. It is built again
// where a rebuilt collection was switched in while it was read, or where a record in it was erased meanwhile.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { AnyProjection, Projection } from '../../projections/projection';
import { systemMetaFor } from '../caller';
import { Config } from '../config';
import type { EventMap, EventOf } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import type { Doc } from '../read/document-store';
import { Projector } from '../read/projector';
import { ProjectionStopped, ReadModels } from '../read/read-models';
import { isPassing, Refusal } from '../refusals';
import { Jobs, type JobContext, type JobKind } from './jobs';
import { filePath, OVERTAKEN, removeLeftovers, type StoredFiles } from './stored-files';
import type { Places } from './thread-stores';

/** A file that a run has built and now tells of. */
export interface Made<R, B> {
  readonly jobId: string;
  readonly run: R;
  readonly file: string;
  readonly built: B;
  readonly at: Date;
}

interface FileDoc extends Doc {
  /** Decimal string: the position whose state the file holds. */
  readonly position: string;
}

/** `R` is the name of a run, unique within its job; `B` is what the thread answers about the file. */
export interface FileJobKind<
  D extends FileDoc,
  S,
  M extends EventMap,
  R extends number | string,
  B,
> extends Pick<JobKind<D, M>, 'name' | 'projection' | 'pending'> {
  readonly projection: Projection<D, M>;
  readonly stored: StoredFiles<S, M>;
  /** Words for the file and its building in the reason of a failure. */
  readonly words: { readonly file: string; readonly built: string };
  /** Events that request a file; the job acts in the name of the last requester. */
  readonly asked: readonly (keyof M & string)[];
  /** Projections that the file is built from. */
  readonly reads: readonly AnyProjection[];
  /** Decimal string: the position that they must have applied. */
  readonly readsUpTo: (job: D) => string;
  /** Keeps the reason why a job waits; null once it goes on. */
  readonly waiting?: (jobId: string, reason: string | null) => Promise<void>;
  /** Begins a run; no event where the job has ended, which its read model may not know yet. */
  readonly start: (state: S) => readonly EventOf<M>[];
  /** The run that has begun; undefined where the job has ended. */
  readonly runOf: (state: S) => R | undefined;
  /** Builds the file, which is whole when this resolves, and deleted when it rejects or was overtaken. */
  readonly build: (job: D, places: Places, context: JobContext) => Promise<B | typeof OVERTAKEN>;
  /** Tells of the file; no event where it must not count. */
  readonly complete: (state: S, made: Made<R, B>) => readonly EventOf<M>[];
  /** Whether the file must be built again, because of an erasure that it does not know of. */
  readonly isOvertaken?: (state: S, made: Made<R, B>) => boolean;
  /** Fails the job: whatever its run, unless one is given. */
  readonly fail: (state: S, reason: string, run?: R) => readonly EventOf<M>[];
}

@Injectable()
export class FileJobs {
  constructor(
    private readonly jobs: Jobs,
    readonly config: Config,
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly projector: Projector,
    readonly files: Files,
  ) {}

  register<D extends FileDoc, S, M extends EventMap, R extends number | string, B>(
    kind: FileJobKind<D, S, M, R, B>,
  ): void {
    const { name, projection, pending } = kind;
    const made = new FileJob(kind, this);
    this.jobs.register({
      ...{ name, projection, pending, since: 'requestedAt' },
      run: (job, context) => made.run(job, context),
      fail: (job, reason) => made.fail(job.id, reason),
    });
  }
}

const MOST_ERRORS = 3;
/** The most times a file is built in one run because records keep being erased meanwhile. */
const ROUNDS = 5;

class KeepsBeingOvertaken extends Error {}

/** Whether an error fails its job, which has met so many in this process: the first ones may pass. */
export const isLast = (error: unknown, errors: number): boolean =>
  errors >= MOST_ERRORS ||
  error instanceof KeepsBeingOvertaken ||
  (error instanceof Refusal && !isPassing(error.code));

class FileJob<D extends FileDoc, S, M extends EventMap, R extends number | string, B> {
  /** Errors so far by job id, in this process. */
  private readonly errors = new Map<string, number>();

  constructor(
    private readonly kind: FileJobKind<D, S, M, R, B>,
    private readonly parts: Omit<FileJobs, 'register'>,
  ) {}

  async run(job: D, context: JobContext): Promise<void> {
    const { start, runOf } = this.kind;
    const release = this.parts.projector.hold(BigInt(job.position));
    let run: R | undefined;
    try {
      // Waits before it starts: otherwise a job that waits for long would start again and again.
      await this.whenApplied(job, context.signal);
      run = runOf((await this.change(job.id, start)).state);
      if (run !== undefined) await this.make(job, run, context);
      this.errors.delete(job.id);
    } catch (error) {
      // Cancelled, or left to another process: the job may be requested again, and begins without errors then.
      if (context.signal.aborted) this.errors.delete(job.id);
      // Nothing is wrong with the job: it waits until the projection goes on.
      else if (run === undefined || error instanceof ProjectionStopped) throw error;
      else await this.failed(job.id, run, error);
    } finally {
      release();
    }
  }

  async fail(jobId: string, reason: string, run?: R): Promise<void> {
    await this.change(jobId, (state) => this.kind.fail(state, reason, run));
  }

  private async whenApplied(job: D, signal: AbortSignal): Promise<void> {
    const { reads, readsUpTo, waiting } = this.kind;
    try {
      for (const projection of reads)
        await this.parts.readModels.waitFor(projection, BigInt(readsUpTo(job)), signal);
      await waiting?.(job.id, null);
    } catch (error) {
      if (error instanceof ProjectionStopped) await waiting?.(job.id, error.message);
      throw error;
    }
  }

  private async make(job: D, run: R, context: JobContext): Promise<void> {
    for (let round = 1; !(await this.makeOnce(job, run, context)); round++)
      if (round === ROUNDS) throw new KeepsBeingOvertaken();
  }

  /** Builds the file and tells of it; false where it was overtaken by an erasure. */
  private async makeOnce(job: D, run: R, context: JobContext): Promise<boolean> {
    const { stored, complete, isOvertaken } = this.kind;
    const { files } = this.parts;
    const file = filePath(stored, job.id, run);
    const built = await this.built(job, file, context);
    if (built === OVERTAKEN) return false;
    const made = { jobId: job.id, run, file, built, at: new Date() };
    const { state, events } = await this.change(job.id, (now) => complete(now, made));
    // Cancelled in the last moment, ended by another run, or overtaken: nobody may have this file.
    if (events.length === 0) await files.remove(file);
    else await removeLeftovers(stored, this.parts, job.id);
    return !isOvertaken?.(state, made);
  }

  /** Builds the file; starts again, at the same position, where a rebuilt collection is switched in meanwhile. */
  private async built(job: D, file: string, context: JobContext): Promise<B | typeof OVERTAKEN> {
    const { config, files } = this.parts;
    const { DATA_DIR, EVENTSTORE_URL, MONGODB_URL } = config;
    const stores = { DATA_DIR, EVENTSTORE_URL, MONGODB_URL };
    const places = { stores, filesDir: files.root, scratchDir: join(DATA_DIR, 'scratch'), file };
    for (;;) {
      const collections = await this.collections();
      const isSwitched = async () => !isDeepStrictEqual(await this.collections(), collections);
      try {
        const built = await this.kind.build(job, places, context);
        if (!(await isSwitched())) return built;
      } catch (error) {
        if (!(await isSwitched())) throw error;
      }
      await this.whenApplied(job, context.signal);
    }
  }

  private collections(): Promise<string[]> {
    return Promise.all(this.kind.reads.map((one) => this.parts.readModels.collection(one)));
  }

  private async failed(jobId: string, run: R, error: unknown): Promise<void> {
    const errors = (this.errors.get(jobId) ?? 0) + 1;
    this.errors.set(jobId, errors);
    // The runner of jobs logs the error and tries again.
    if (!isLast(error, errors)) throw error;
    this.errors.delete(jobId);
    await this.fail(jobId, this.reasonOf(error), run);
  }

  /** The reason of a failure as the user sees it: no path, no value. */
  private reasonOf(error: unknown): string {
    const { file, built } = this.kind.words;
    if (error instanceof Refusal) return error.message;
    if (error instanceof KeepsBeingOvertaken)
      return `Records kept being erased while the ${file} was ${built}: have it ${built} again later`;
    return (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? `There is no space left for the ${file}`
      : `The ${file} could not be ${built}; the log of the server says why`;
  }

  private async change(jobId: string, decide: (state: S) => readonly EventOf<M>[]) {
    const { asked, stored } = this.kind;
    const { streams } = this.parts;
    const stream = stored.streamOf(jobId);
    const history = await streams.history<M>(stream);
    const request = history.findLast(({ type }) => asked.includes(type));
    if (!request) throw new Error('A job without its request');
    return streams.change(stored.decider, stream, decide, systemMetaFor(stored.folder, request.meta));
  }
}

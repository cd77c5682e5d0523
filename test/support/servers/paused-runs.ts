// Puts two runs of one job into a chosen order, as when a worker is paused for longer than its lease and wakes up
// beside its successor. Both runs are in one application: their calls are told apart by the asynchronous context they
// come from.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine } from '../../../src/engine';
import { Appender } from '../../../src/files/files';
import type { JobContext } from '../../../src/jobs/jobs';

/**
 * The points at which a run can be paused: before it sets the job's mark, writes to a file, or appends an event of the
 * job.
 */
type Point = 'mark' | 'write' | 'event';
/** Pauses a run before it passes the point for the n-th time, counted from 1. */
export type PauseAt = readonly [point: Point, time: number];

class Run {
  private passed = 0;
  private wakeUp!: () => void;
  private tellPaused!: () => void;
  private readonly woken = new Promise<void>((resolve) => (this.wakeUp = resolve));
  private readonly paused = new Promise<void>((resolve) => (this.tellPaused = resolve));

  constructor(private readonly at: PauseAt | undefined) {}

  async pass(point: Point): Promise<void> {
    if (point !== this.at?.[0] || ++this.passed !== this.at[1]) return;
    this.tellPaused();
    await this.woken;
  }

  /** Resolves when the run has been paused, or has ended. */
  async pausedOr(ended: Promise<unknown>): Promise<void> {
    await Promise.race([this.paused, ended]);
  }

  wake(): void {
    this.wakeUp();
  }
}

type Change = Engine['streams']['change'];
type Write = Appender['write'];
type JobRun = (job: { readonly id: string }, context: JobContext) => Promise<void>;

export interface Outcome {
  /** What the first run rejected with, undefined where it did not; `second` likewise. */
  readonly first: unknown;
  readonly second: unknown;
}

export class PausedRuns {
  private readonly runs = new AsyncLocalStorage<Run>();
  private jobId: string | undefined;
  private readonly write = Object.getOwnPropertyDescriptor(Appender.prototype, 'write')!.value as Write;

  constructor(private readonly engine: Engine) {
    const { documents, streams } = engine;
    const { runs } = this;
    const compareAndSet = documents.compareAndSet.bind(documents);
    documents.compareAndSet = async (...args) => {
      await runs.getStore()?.pass('mark');
      return compareAndSet(...args);
    };
    const change = streams.change.bind(streams);
    streams.change = (async (...args: Parameters<typeof change>) => {
      if (this.jobId !== undefined && args[1].endsWith(`-${this.jobId}`))
        await runs.getStore()?.pass('event');
      return change(...args);
    }) as Change;
    const { write } = this;
    Appender.prototype.write = async function (data) {
      await runs.getStore()?.pass('write');
      return write.call(this, data);
    };
  }

  restore(): void {
    Appender.prototype.write = this.write;
  }

  /**
   * Runs the next job of a kind twice. The first run is paused and the second one begins; once the second run is paused
   * in its turn, or has ended, the first run wakes up and comes to its end, and then the second.
   */
  next(kindName: string, first: PauseAt, second?: PauseAt): Promise<Outcome> {
    const { kinds } = this.engine.jobs as unknown as { kinds: { name: string; run: JobRun }[] };
    const kind = kinds.find(({ name }) => name === kindName)!;
    const run = kind.run.bind(kind);
    return new Promise((resolve) => {
      kind.run = async (job, context) => {
        kind.run = run;
        this.jobId = job.id;
        const begin = (paused: Run) =>
          this.runs
            .run(paused, () => run(job, context))
            .then(
              () => undefined,
              (error: unknown) => error,
            );
        const [one, other] = [new Run(first), new Run(second)];
        const oneEnds = begin(one);
        await one.pausedOr(oneEnds);
        const otherEnds = begin(other);
        await other.pausedOr(otherEnds);
        one.wake();
        const lost = await oneEnds;
        other.wake();
        resolve({ first: lost, second: await otherEnds });
      };
    });
  }
}

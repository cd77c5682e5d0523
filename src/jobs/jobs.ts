// Runs jobs, long work that survives a crash: the read model of a capability is its to-do list, and jobs that stand
// there unfinished are taken up, oldest first, one at a time per kind.
import { setMaxListeners } from 'node:events';
import type { AnyProjection, Projection } from '../../projections/projection';
import type { EventMap } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';
import type { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause, within } from '../supervision/pause';
import type { Doc, DocumentStore, Filter } from '../read/document-store';
import { Lease, type LeaseTimes } from '../read/lease';
import type { ReadModels } from '../read/read-models';
import { Attempts } from './attempts';
import { JobProgress, type Progress } from './job-progress';
import { Later } from './later';
import { onAbort, wakenBy, woken } from '../supervision/on-abort';

export interface JobContext {
  /**
   * Aborts with the reason `'cancelled'` or `'shutdown'`. It may also abort once the job's own ending stands in the
   * read model: what is to be done after that must not depend on the signal.
   */
  readonly signal: AbortSignal;
  /** Reports progress. Where its process ends again and again at the same `done`, the job is set aside as the cause. */
  report(done: number, total: number): void;
}

export interface JobKind<D extends Doc, M extends EventMap = EventMap> {
  /** Unique; part of the keys of the kind's lease and of its jobs' progress. */
  readonly name: string;
  readonly projection: Projection<D, M>;
  /** Jobs that are asked for or were interrupted. A job that no longer matches while it runs has been cancelled. */
  readonly pending: Filter;
  /** Path of the time at which a job was asked for: ids that several processes give say nothing of the order. */
  readonly since?: string;
  /** Carries a job out and appends its ending. An error is reported, and the job is tried again later. */
  run(job: D, context: JobContext): Promise<void>;
  /**
   * Appends that a job failed, with the reason that whoever asked for it is told. The job is no longer pending then.
   */
  fail(job: D, reason: string): Promise<void>;
}

/** A job is set aside: it ended the process that carried it out, time and again. */
export class SetAside extends Error {}
export const ENDED_THE_PROCESS =
  'The server ended twice while this was carried out, each time at the same place: it was set aside';

export interface JobTimes {
  /** Milliseconds between looks for jobs of which nobody tells this process. */
  readonly idleMs: number;
  /** Milliseconds until a job that threw is tried again. */
  readonly retryMs: number;
  /** Milliseconds until a job that returned without its ending is tried again: longer each time. */
  readonly againMs: number;
  /** Milliseconds after which a process counts as having been well for a while. */
  readonly calmMs: number;
}
const TIMES: JobTimes = { idleMs: 1_000, retryMs: 5_000, againMs: 1_000, calmMs: 10_000 };
/** Listeners that a kind of job has on the signal that stops all kinds, at most. */
const WAYS = 4;
/** Milliseconds that noting the end of a run may take at a shutdown: the store may hang. */
const LAST_MS = 2_000;

type AnyJobKind = JobKind<Doc>;
const partOf = ({ name }: AnyJobKind): Part => `job:${name}`;

/** A kind of job in this process, while the process holds the kind's lease. */
interface Work {
  readonly kind: AnyJobKind;
  readonly attempts: Attempts;
  readonly later: Later;
  /** Id of the job whose run returned last. */
  returned?: string | undefined;
}

export class Jobs {
  private readonly kinds: AnyJobKind[] = [];
  private readonly stopping = new AbortController();
  /** By projection: how often its documents have changed, and what wakes those who wait for a change. */
  private readonly changes = new Map<string, number>();
  private readonly wakers = new Map<string, Set<() => void>>();
  private readonly times: JobTimes;
  private readonly reported: JobProgress;
  private loops: Promise<void>[] = [];
  private calmAt = Infinity;

  constructor(
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    private readonly faults: FaultReports,
    private readonly leaseTimes?: LeaseTimes,
    times: Partial<JobTimes> = {},
  ) {
    this.times = { ...TIMES, ...times };
    this.reported = new JobProgress(documents, faults);
  }

  register<D extends Doc, M extends EventMap>(kind: JobKind<D, M>): void {
    this.kinds.push(kind as unknown as AnyJobKind);
  }

  /** The projections in whose documents jobs are found. */
  get projections(): AnyProjection[] {
    return this.kinds.map(({ projection }) => projection);
  }

  start(): void {
    this.calmAt = performance.now() + this.times.calmMs;
    // Each kind waits on the one signal, in a few ways at once: more of them are no leak.
    setMaxListeners(WAYS * this.kinds.length, this.stopping.signal);
    this.loops = this.kinds.map((kind) => this.loop(kind));
  }

  /** Takes up no more jobs, aborts those that run and waits for their end. The next start takes them up again. */
  async stop(): Promise<void> {
    this.stopping.abort('shutdown');
    await Promise.allSettled(this.loops);
  }

  /** The documents of a projection have changed: the kinds of job that are found there look again now. */
  wake(projection: string): void {
    this.changes.set(projection, this.changed(projection) + 1);
    for (const waker of this.wakers.get(projection) ?? []) waker();
  }

  private changed(projection: string): number {
    return this.changes.get(projection) ?? 0;
  }

  async progress(name: string, id: string): Promise<Progress | undefined> {
    return this.reported.of(name, id);
  }

  /** On a shared store only the holder of the kind's lease works; another process takes over when the holder dies. */
  private async loop(kind: AnyJobKind): Promise<void> {
    const { signal } = this.stopping;
    if (this.documents.exclusive) return this.work(kind, signal);
    const lease = new Lease(this.documents, `job:${kind.name}`, this.faults, this.leaseTimes);
    while (!signal.aborted) await lease.hold(signal, (held) => this.work(kind, held));
  }

  private async work(kind: AnyJobKind, signal: AbortSignal): Promise<void> {
    const placeOf = async (id: string) => (await this.progress(kind.name, id))?.done ?? null;
    const work = {
      kind,
      attempts: new Attempts(this.documents, kind.name, placeOf),
      later: new Later(this.times.againMs),
    };
    while (!signal.aborted) {
      const seen = this.changed(kind.projection.name);
      try {
        if (!(await this.runNext(work, signal))) await this.idle(kind, seen, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.faults.report(partOf(kind), error);
        await pause(this.times.retryMs, signal);
      }
    }
  }

  private async runNext(work: Work, signal: AbortSignal): Promise<boolean> {
    const { kind, later } = work;
    if (!(await this.findPending(work))) {
      if (later.size === 0) this.faults.clear(partOf(kind));
      return false;
    }
    // Another holder, or this process a moment ago, may have ended the job: the read model must show that first.
    await this.readModels.waitFor(kind.projection, await this.eventStore.head(), signal);
    const job = await this.findPending(work);
    if (!job || signal.aborted) return false;
    if (job.id === work.returned) {
      // The job returned without its ending: there is no use in trying again at once.
      work.returned = undefined;
      later.addLonger(job.id);
      return true;
    }
    try {
      await this.attempt(work, job, signal);
    } catch (error) {
      if (signal.aborted) return false;
      later.add(job.id, this.times.retryMs);
      this.faults.report(partOf(kind), error, { id: job.id });
    }
    return true;
  }

  private async findPending({ kind, later }: Work): Promise<Doc | undefined> {
    const ids = later.ids();
    const filter = ids.length > 0 ? { $and: [kind.pending, { id: { $nin: ids } }] } : kind.pending;
    const found = await this.readModels.find(kind.projection, {
      filter,
      sort: [kind.since ?? 'id'],
      limit: 1,
    });
    return found.docs[0];
  }

  private async attempt(work: Work, job: Doc, signal: AbortSignal): Promise<void> {
    const { kind, attempts, later } = work;
    const untilCalm = this.calmAt - performance.now();
    const begun = await attempts.begin(job.id, untilCalm <= 0);
    if (begun === 'wait') return later.add(job.id, untilCalm);
    if (begun === 'give up') {
      await kind.fail(job, ENDED_THE_PROCESS);
      this.faults.report(partOf(kind), new SetAside(), { id: job.id });
      return attempts.end(job.id);
    }
    const calmed = () =>
      void attempts
        .calmed(job.id, begun.run)
        .catch((error: unknown) => this.faults.report(partOf(kind), error, { id: job.id }));
    const calming = untilCalm > 0 ? setTimeout(calmed, untilCalm) : undefined;
    try {
      await this.run(kind, job, signal);
      work.returned = job.id;
      this.faults.clear(partOf(kind));
    } finally {
      clearTimeout(calming);
      await this.ended(work, job.id, begun.run);
    }
  }

  /** Notes the end of a run, however often it takes: or the next to take up the job would count the run as a death. */
  private async ended({ kind, attempts }: Work, id: string, run: string): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      try {
        const ending = attempts.end(id, run);
        return await (signal.aborted ? within(LAST_MS, ending) : ending);
      } catch (error) {
        if (signal.aborted) return;
        this.faults.report(partOf(kind), error, { id });
        await pause(this.times.idleMs, signal);
      }
    }
  }

  private async run(kind: AnyJobKind, job: Doc, signal: AbortSignal): Promise<void> {
    const running = new AbortController();
    const onStop = () => running.abort('shutdown');
    const forget = onAbort(signal, onStop);
    const reporter = this.reported.reporter(kind.name, job.id);
    const watching = this.watchForCancel(kind, job.id, running);
    try {
      await kind.run(job, { signal: running.signal, report: reporter.report });
    } catch (error) {
      // The reason for which a job was told to end is no fault of the job.
      if (!running.signal.aborted || error !== running.signal.reason) throw error;
    } finally {
      running.abort('ended');
      forget();
      await Promise.all([watching, reporter.flush()]);
    }
  }

  /** Never rejects: nobody awaits it while the job runs, and a store that does not answer says nothing of the job. */
  private async watchForCancel(kind: AnyJobKind, id: string, running: AbortController): Promise<void> {
    while (!running.signal.aborted) {
      const seen = this.changed(kind.projection.name);
      const still = await this.isPending(kind, id).catch(() => true);
      if (running.signal.aborted) return;
      if (!still) return running.abort('cancelled');
      await this.idle(kind, seen, running.signal);
    }
  }

  private async isPending(kind: AnyJobKind, id: string): Promise<boolean> {
    const collection = await this.readModels.collection(kind.projection);
    return (await this.documents.count(collection, { $and: [{ id }, kind.pending] })) > 0;
  }

  /**
   * Waits until the documents have changed since `seen`, until it is time to look again, or until the signal aborts.
   */
  private idle({ projection: { name } }: AnyJobKind, seen: number, signal: AbortSignal): Promise<void> {
    const wakers = this.wakers.get(name) ?? new Set();
    this.wakers.set(name, wakers);
    return woken(signal, this.times.idleMs, (wake) => {
      if (this.changed(name) !== seen) wake();
      return wakenBy(wakers)(wake);
    });
  }
}

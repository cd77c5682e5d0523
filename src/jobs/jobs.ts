// Long work that survives a crash: the read model of a capability is its to-do list, and whatever stands there
// unfinished is taken up, oldest first, one at a time per kind.
import type { Projection } from '../../projections/projection';
import type { EventMap } from '../eventsourcing/event';
import type { EventStore } from '../eventsourcing/event-store';
import type { Doc, DocumentStore, Filter } from '../read/document-store';
import { Lease } from '../read/lease';
import type { ReadModels } from '../read/read-models';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface JobContext {
  /**
   * Aborts with the reason `'cancelled'` or `'shutdown'`. It may also abort once the job's own ending stands in the
   * read model: what is to be done after that must not depend on it.
   */
  readonly signal: AbortSignal;
  report(done: number, total: number): void;
}

export interface JobKind<D extends Doc, M extends EventMap = EventMap> {
  /** Unique; part of the key of its lease and progress. */
  readonly name: string;
  readonly projection: Projection<D, M>;
  /** Jobs that are asked for or were interrupted. A job that no longer matches while it runs has been cancelled. */
  readonly pending: Filter;
  /** Appends its own ending. What it throws is logged, and the job is tried again later. */
  run(job: D, context: JobContext): Promise<void>;
}

export interface JobLog {
  error(detail: object, message: string): void;
}

const IDLE_MS = 1_000;
const REPORT_MS = 200;
const RETRY_MS = 5_000;

type AnyJobKind = JobKind<Doc>;
const progressKey = (name: string, id: string) => `progress:${name}:${id}`;

export class Jobs {
  private readonly kinds: AnyJobKind[] = [];
  private readonly stopping = new AbortController();
  private readonly wakers = new Set<() => void>();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    private readonly log: JobLog,
  ) {}

  register<D extends Doc, M extends EventMap>(kind: JobKind<D, M>): void {
    this.kinds.push(kind as unknown as AnyJobKind);
  }

  start(): void {
    this.loops = this.kinds.map((kind) => this.loop(kind));
  }

  /** Stops picking, aborts what runs and waits for it to end. It is taken up again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort('shutdown');
    this.wake();
    await Promise.allSettled(this.loops);
  }

  /** Looks again now: a read model has moved. */
  wake(): void {
    for (const waker of this.wakers) waker();
    this.wakers.clear();
  }

  async progress(name: string, id: string): Promise<Progress | undefined> {
    return this.documents.getState<Progress>(progressKey(name, id));
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** On a store that others share, whoever holds the kind's lease works; it is taken over when its holder dies. */
  private async loop(kind: AnyJobKind): Promise<void> {
    const { signal } = this.stopping;
    if (this.documents.exclusive) return this.work(kind, signal);
    const lease = new Lease(this.documents, `job:${kind.name}`);
    while (!signal.aborted) {
      try {
        await lease.hold(signal, (held) => this.work(kind, held));
      } catch (error) {
        this.log.error({ job: kind.name, err: error }, 'The lease of a kind of job could not be held');
        await this.idle(RETRY_MS);
      }
    }
  }

  private async work(kind: AnyJobKind, signal: AbortSignal): Promise<void> {
    const retryAt = new Map<string, number>();
    while (!signal.aborted) {
      try {
        if (!(await this.runNext(kind, retryAt, signal))) await this.idle(IDLE_MS);
      } catch (error) {
        if (signal.aborted) return;
        this.log.error({ job: kind.name, err: error }, 'Looking for jobs failed');
        await this.idle(RETRY_MS);
      }
    }
  }

  private async runNext(
    kind: AnyJobKind,
    retryAt: Map<string, number>,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (!(await this.findPending(kind, retryAt))) return false;
    // Another holder, or this one a moment ago, may have ended the job: the list must have heard of it.
    await this.readModels.waitFor(kind.projection, await this.eventStore.head(), signal);
    const job = await this.findPending(kind, retryAt);
    if (!job || signal.aborted) return false;
    await this.run(kind, job, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      retryAt.set(job.id, Date.now() + RETRY_MS);
      this.log.error({ job: kind.name, id: job.id, err: error }, 'A job broke off and is tried again later');
    });
    return true;
  }

  private async findPending(kind: AnyJobKind, retryAt: Map<string, number>): Promise<Doc | undefined> {
    for (const [id, at] of retryAt) if (at <= Date.now()) retryAt.delete(id);
    const later = [...retryAt.keys()];
    const filter = later.length > 0 ? { $and: [kind.pending, { id: { $nin: later } }] } : kind.pending;
    const found = await this.readModels.find(kind.projection, { filter, sort: ['id'], limit: 1 });
    return found.docs[0];
  }

  private async run(kind: AnyJobKind, job: Doc, signal: AbortSignal): Promise<void> {
    const running = new AbortController();
    const onStop = () => running.abort('shutdown');
    signal.addEventListener('abort', onStop);
    const reporter = this.reporter(kind.name, job.id);
    const watching = this.watchForCancel(kind, job.id, running);
    try {
      await kind.run(job, { signal: running.signal, report: reporter.report });
    } finally {
      running.abort('ended');
      this.wake();
      signal.removeEventListener('abort', onStop);
      await Promise.all([watching, reporter.flush()]);
    }
  }

  /** Never rejects: nobody listens while the job runs, and a store that does not answer says nothing of the job. */
  private async watchForCancel(kind: AnyJobKind, id: string, running: AbortController): Promise<void> {
    while (!running.signal.aborted) {
      const still = await this.isPending(kind, id).catch(() => true);
      if (running.signal.aborted) return;
      if (!still) return running.abort('cancelled');
      await this.idle(IDLE_MS);
    }
  }

  private async isPending(kind: AnyJobKind, id: string): Promise<boolean> {
    const collection = await this.readModels.collection(kind.projection);
    return (await this.documents.count(collection, { $and: [{ id }, kind.pending] })) > 0;
  }

  /** Writes progress at most every 200 ms: it is shown, not relied on. */
  private reporter(name: string, id: string) {
    let latest: Progress | undefined;
    let due = 0;
    let writing = Promise.resolve();
    const write = (progress: Progress) => {
      due = Date.now() + REPORT_MS;
      latest = undefined;
      writing = writing
        .then(() => this.documents.setState(progressKey(name, id), progress))
        .catch((error: unknown) =>
          this.log.error({ job: name, id, err: error }, 'Progress was not recorded'),
        );
    };
    return {
      report: (done: number, total: number) => {
        latest = { done, total };
        if (Date.now() >= due) write(latest);
      },
      flush: () => {
        if (latest) write(latest);
        return writing;
      },
    };
  }

  private async idle(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wakers.add(done);
    });
  }
}

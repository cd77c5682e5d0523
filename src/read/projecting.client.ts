// The projections of embedded stores in a thread of their own: folding events holds up no request.
import { type MessagePort, Worker } from 'node:worker_threads';
import { START } from '../eventsourcing/event-store';
import type { EmbeddedEventStore } from '../eventsourcing/stores/embedded/event-store';
import { Reported, type FaultReports, type Trace } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause } from '../supervision/pause';
import type { ProjectionProgress, Projecting } from './projection-runner';
import type { EmbeddedDocumentStore } from './stores/embedded/document-store';

/** What the thread loads by itself: code does not travel between threads. */
export interface ProjectingModules {
  /** Exports `projections`. */
  readonly projections: string;
  /** Exports `upcasts`. */
  readonly upcasts: string;
}

export interface ProjectingData {
  readonly dataDir: string;
  readonly modules: ProjectingModules;
  /** To the thread that writes documents. */
  readonly writer: MessagePort;
}

/** `held` answers the oldest question for it. */
export type ToProjecting = { readonly appended: bigint } | { readonly held: bigint | undefined } | 'stop';
/** What fails in the thread, or works again. */
export type FromFaults =
  | { readonly failed: Part; readonly trace: Trace; readonly detail: object | undefined }
  | { readonly works: Part };
/** How far those projections are that have moved since the last message, or a question for the position held. */
export type FromProjecting = ReadonlyMap<string, ProjectionProgress> | 'held' | FromFaults;

/** Until another thread is started; longer each time, until one of them gets as far as its work. */
const RETRY_MS = { least: 500, most: 10_000 };

export class ProjectingThread implements Projecting {
  /**
   * `held`: the least position whose tombstones and collections somebody still needs. Where a thread ends before its
   * time, another takes over, and folds again what was not written.
   */
  constructor(
    private readonly dataDir: string,
    private readonly eventStore: EmbeddedEventStore,
    private readonly documents: EmbeddedDocumentStore,
    private readonly modules: ProjectingModules,
    private readonly held: () => Promise<bigint | undefined>,
    private readonly faults: FaultReports,
  ) {}

  async run(signal: AbortSignal, moved: (name: string, progress: ProjectionProgress) => void): Promise<void> {
    let delay = RETRY_MS.least;
    const works = (name: string, progress: ProjectionProgress) => {
      delay = RETRY_MS.least;
      moved(name, progress);
    };
    while (!signal.aborted) {
      try {
        await this.runOnce(signal, works);
      } catch (error) {
        this.faults.report('projecting', error);
      }
      await pause(delay, signal);
      delay = Math.min(2 * delay, RETRY_MS.most);
    }
  }

  private async runOnce(
    signal: AbortSignal,
    moved: (name: string, progress: ProjectionProgress) => void,
  ): Promise<void> {
    const { dataDir, modules } = this;
    const writer = this.documents.connect();
    const worker = new Worker(require.resolve('./projecting.worker'), {
      workerData: { dataDir, modules, writer } satisfies ProjectingData,
      transferList: [writer],
    });
    const post = (message: ToProjecting) => worker.postMessage(message);
    const ended = new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) =>
        signal.aborted
          ? resolve()
          : reject(new Error(`The thread of the projections ended with code ${code}`)),
      );
    });
    worker.on('message', (message: FromProjecting) => {
      if (message === 'held') void this.tellHeld(post);
      else if ('failed' in message)
        this.faults.report(message.failed, new Reported(message.trace), message.detail);
      else if ('works' in message) this.faults.clear(message.works);
      else for (const [name, progress] of message) moved(name, progress);
    });
    const forget = this.eventStore.onAppended((appended) => post({ appended }));
    const stop = () => post('stop');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await ended;
    } finally {
      forget();
      signal.removeEventListener('abort', stop);
    }
  }

  /** The thread waits for an answer before it sweeps: where nobody knows better, all is held. */
  private async tellHeld(post: (message: ToProjecting) => void): Promise<void> {
    try {
      post({ held: await this.held() });
    } catch (error) {
      this.faults.report('holds', error);
      post({ held: START });
    }
  }
}

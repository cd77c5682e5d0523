// Runs the projections of embedded stores in a thread of their own, so that folding events holds up no request.
import { type MessagePort, Worker } from 'node:worker_threads';
import { START } from '../eventsourcing/event-store';
import type { EmbeddedEventStore } from '../eventsourcing/stores/embedded/event-store';
import { Reported, type FaultReports, type Trace } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { pause } from '../supervision/pause';
import type { ProjectionProgress, Projecting } from './projection-runner';
import type { EmbeddedDocumentStore } from './stores/embedded/document-store';
import { onAbort } from '../supervision/on-abort';

/** Paths of modules that the thread loads by itself: code does not travel between threads. */
export interface ProjectingModules {
  /** Of the module that exports `projections`. */
  readonly projections: string;
  /** Of the module that exports `upcasts`. */
  readonly upcasts: string;
}

export interface ProjectingData {
  readonly dataDir: string;
  readonly modules: ProjectingModules;
  /** The key of digests. */
  readonly digestKey: string;
  /** The port to the thread that writes documents. */
  readonly writer: MessagePort;
}

/** To the thread: the position of the last new event, the answer to its oldest question for `held`, or to stop. */
export type ToProjecting = { readonly appended: bigint } | { readonly held: bigint | undefined } | 'stop';
/** From the thread: a part of it has failed, or works again. */
export type FromFaults =
  | { readonly failed: Part; readonly trace: Trace; readonly detail: object | undefined }
  | { readonly works: Part };
/** From the thread: how far the projections are that have moved since its last message, or its question for `held`. */
export type FromProjecting = ReadonlyMap<string, ProjectionProgress> | 'held' | FromFaults;

/** Milliseconds until another thread is started; longer each time, until a thread gets as far as its work. */
const RETRY_MS = { least: 500, most: 10_000 };

export class ProjectingThread implements Projecting {
  /**
   * `held` gives the least position that a hold names, undefined if there is none. Where a thread ends before its time,
   * another takes over, and folds again the events whose documents were not written.
   */
  constructor(
    private readonly dataDir: string,
    private readonly eventStore: EmbeddedEventStore,
    private readonly documents: EmbeddedDocumentStore,
    private readonly modules: ProjectingModules,
    private readonly digestKey: string,
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
    const { dataDir, modules, digestKey } = this;
    const writer = this.documents.connect();
    const worker = new Worker(require.resolve('./projecting.worker'), {
      workerData: { dataDir, modules, digestKey, writer } satisfies ProjectingData,
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
    const forgetStop = onAbort(signal, stop);
    try {
      await ended;
    } finally {
      forget();
      forgetStop();
    }
  }

  /** Answers the thread, which waits before it sweeps. Where the position cannot be found out, everything is held. */
  private async tellHeld(post: (message: ToProjecting) => void): Promise<void> {
    try {
      post({ held: await this.held() });
    } catch (error) {
      this.faults.report('holds', error);
      post({ held: START });
    }
  }
}

// The projections of embedded stores in a thread of their own: folding events holds up no request.
import { setTimeout as pause } from 'node:timers/promises';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { EmbeddedEventStore } from '../eventsourcing/stores/embedded.event-store';
import type { Progress, Projecting } from './projection-runner';
import type { EmbeddedDocumentStore } from './stores/embedded.document-store';

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
/** How far those projections are that have moved since the last message, or a question for the position held. */
export type FromProjecting = ReadonlyMap<string, Progress> | 'held';

const RETRY_MS = 500;

export class ProjectingThread implements Projecting {
  /**
   * `held`: the least position whose tombstones and collections somebody still needs. `broke` hears why a thread
   * ended before its time; another takes over, and folds again what was not written.
   */
  constructor(
    private readonly dataDir: string,
    private readonly eventStore: EmbeddedEventStore,
    private readonly documents: EmbeddedDocumentStore,
    private readonly modules: ProjectingModules,
    private readonly held: () => Promise<bigint | undefined>,
    private readonly broke: (error: unknown) => void,
  ) {}

  async run(signal: AbortSignal, moved: (name: string, progress: Progress) => void): Promise<void> {
    while (!signal.aborted) {
      await this.runOnce(signal, moved).catch(this.broke);
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async runOnce(
    signal: AbortSignal,
    moved: (name: string, progress: Progress) => void,
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
      if (message === 'held') void this.held().then((held) => post({ held }));
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
}

// Loaded into a server before anything else (`node --require`): ends one of its threads for real when told which.
import workers, { type WorkerOptions } from 'node:worker_threads';
import { basename } from 'node:path';

/** What the server is told. */
export interface EndThread {
  readonly thread: string;
  /** The next one of that name, as soon as it runs. */
  readonly next: boolean;
}

const threads = new Map<string, workers.Worker>();
const awaited = new Set<string>();

/** By its file, and by what it was told to be: `sqlite.worker.js writer`. The newest one of a name counts. */
class Named extends workers.Worker {
  constructor(file: string, options: WorkerOptions) {
    super(file, options);
    const { kind, name } = (options.workerData ?? {}) as { kind?: string; name?: string };
    const thread = [basename(file), kind ?? name].filter(Boolean).join(' ');
    threads.set(thread, this);
    if (awaited.delete(thread)) this.once('online', () => void this.terminate());
  }
}
workers.Worker = Named;

process.on('message', ({ thread, next }: EndThread) => {
  if (next) return void awaited.add(thread);
  const worker = threads.get(thread);
  if (!worker) throw new Error(`There is no thread ${thread}, but ${[...threads.keys()].join(', ')}`);
  void worker.terminate();
});

// Ends a thread of a server for real when the server is told to. Loaded into the server before anything else
// (`node --require`), and so into each of its threads. The thread ends itself between two turns: ended from outside, it
// could be within a statement of libsql, which would end the whole process.
import workers, { type WorkerOptions } from 'node:worker_threads';
import { basename } from 'node:path';

/** The message that a server gets. */
export interface EndThread {
  readonly thread: string;
  /** True for the next thread of that name, before it has done anything. */
  readonly next: boolean;
}

const CHANNEL = 'threads-to-end';
const AT_ONCE = 'END_THREAD_AT_ONCE';
const end = () => process.exit(1);

if (workers.isMainThread) {
  const newest = new Map<string, workers.Worker>();
  const awaited = new Set<string>();
  const channel = new workers.BroadcastChannel(CHANNEL);
  channel.unref();

  /**
   * A thread's name is its file and what it was told to be: `sqlite.worker.js writer`. Of several, the newest counts.
   */
  workers.Worker = class Named extends workers.Worker {
    constructor(file: string, options: WorkerOptions) {
      const { kind, name } = (options.workerData ?? {}) as { kind?: string; name?: string };
      const thread = [basename(file), kind ?? name].filter(Boolean).join(' ');
      super(
        file,
        awaited.delete(thread) ? { ...options, env: { ...process.env, [AT_ONCE]: 'yes' } } : options,
      );
      newest.set(thread, this);
    }
  };

  process.on('message', ({ thread, next }: EndThread) => {
    if (next) return void awaited.add(thread);
    const worker = newest.get(thread);
    if (!worker) throw new Error(`There is no thread ${thread}, but ${[...newest.keys()].join(', ')}`);
    channel.postMessage(worker.threadId);
  });
} else if (process.env[AT_ONCE]) {
  end();
} else {
  const channel = new workers.BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    if ((event as { readonly data?: unknown }).data === workers.threadId) end();
  };
  channel.unref();
}

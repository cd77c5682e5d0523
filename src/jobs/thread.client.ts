// Runs heavy work in a worker thread: a named function of a compiled module, with progress, abort and errors passed on.
import { Worker } from 'node:worker_threads';
import { onAbort } from '../supervision/on-abort';

/** What a function that runs in a thread gets beside its input. */
export interface ThreadContext {
  readonly signal: AbortSignal;
  report(done: number, total: number): void;
}

export type ThreadFunction<I, O> = (input: I, context: ThreadContext) => Promise<O>;

export interface ThreadTask<I> {
  /** Absolute path of the compiled module: `require.resolve('./x')`. */
  readonly module: string;
  /** Name of the exported function. */
  readonly name: string;
  /** Reaches the function as a structured clone. */
  readonly input: I;
  /** Its abort is passed on with the reason; of an error, with the message. */
  readonly signal: AbortSignal;
  readonly report?: (done: number, total: number) => void;
  /** Megabytes of JavaScript heap; above it the thread dies, the process does not. */
  readonly maxHeapMb?: number;
}

export type ToThread = { readonly abort: unknown };
export type FromThread =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ThreadError };

/** What is left of an error that came from another thread. */
export interface ThreadError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
}

const HEAP_MB = 192;
/** Rows live for a page: with half of it, a sixth of the time went into copying those of the page at hand. */
const YOUNG_MB = 32;
/** Milliseconds after the abort at which a function that has not ended is ended with its thread. */
const ABORT_GRACE_MS = 10_000;

/**
 * Resolves with the function's result, or rejects with its error: name, message, code and stack stay, the class not.
 */
export function runInThread<O, I>(task: ThreadTask<I>): Promise<O> {
  task.signal.throwIfAborted();
  const worker = new Worker(require.resolve('./thread.worker'), {
    workerData: { module: task.module, name: task.name, input: task.input },
    resourceLimits: {
      maxOldGenerationSizeMb: task.maxHeapMb ?? HEAP_MB,
      maxYoungGenerationSizeMb: YOUNG_MB,
    },
  });
  let grace: NodeJS.Timeout | undefined;
  const abort = () => {
    worker.postMessage({ abort: plain(task.signal.reason) } satisfies ToThread);
    grace = setTimeout(() => void worker.terminate(), ABORT_GRACE_MS);
  };
  const forget = onAbort(task.signal, abort);
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  return new Promise<O>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'progress') task.report?.(message.done, message.total);
      else if (message.kind === 'done') resolve(message.result as O);
      else reject(revived(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The thread ended early with code ${code}`)));
  }).finally(async () => {
    forget();
    await gone;
    clearTimeout(grace);
  });
}

const plain = (reason: unknown): unknown => (reason instanceof Error ? reason.message : reason);

const revived = ({ message, ...rest }: ThreadError): Error => Object.assign(new Error(message), rest);

// Starts the threads of the embedded document store, and lets threads go that nobody waits for.
import { Worker, type MessagePort } from 'node:worker_threads';
import { within } from '../../../../supervision/pause';
import type { Shared, WorkerInput } from './sqlite-calls';

/** Threads that may at once still carry out a call that was given up. */
const MOST_LEAVING = 4;
/** Milliseconds that closing the store waits for such threads. */
const LEAVE_MS = 3_000;

const flag = (value: 0 | 1): Int32Array => {
  const one = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  one[0] = value;
  return one;
};
/** The flags shared with each thread. A port has none: its thread belongs to another owner. */
const sharedWith = new WeakMap<Worker | MessagePort, Shared>();

export function startThread(input: Omit<WorkerInput, 'shared'>): Worker {
  const shared: Shared = { givenUp: flag(0), inLibsql: flag(1) };
  const workerData: WorkerInput = { ...input, shared };
  const worker = new Worker(require.resolve('./sqlite.worker'), { workerData });
  sharedWith.set(worker, shared);
  return worker;
}

/** The threads that were given up and have not ended yet. */
export class LeavingThreads {
  private readonly leaving = new Map<Worker, Promise<void>>();

  /** `left` is called when a thread has ended. */
  constructor(private readonly left: () => void) {}

  /** As many threads are leaving as may at once. */
  get isFull(): boolean {
    return this.leaving.size >= MOST_LEAVING;
  }

  giveUp(far: Worker | MessagePort): void {
    const shared = sharedWith.get(far);
    if (!shared || !(far instanceof Worker)) return;
    const gone = new Promise<void>((resolve) => far.once('exit', () => resolve()));
    this.leaving.set(
      far,
      gone.then(() => this.hasLeft(far)),
    );
    far.unref();
    // In this order: a thread that is not in libsql now will not enter it any more.
    Atomics.store(shared.givenUp, 0, 1);
    if (Atomics.load(shared.inLibsql, 0) === 0) void far.terminate();
  }

  /** Resolves when all threads have ended, or have been waited for long enough. */
  async gone(): Promise<void> {
    await within(LEAVE_MS, Promise.all(this.leaving.values())).catch(() => undefined);
  }

  private hasLeft(far: Worker): void {
    this.leaving.delete(far);
    this.left();
  }
}

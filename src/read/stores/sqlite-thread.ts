// Calls to a document store's thread, from the side that waits for the answers.
import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../../refusals';
import { WriteConflict } from '../document-store';
import type { SqliteReader } from './sqlite-reader';
import type { SqliteWriter } from './sqlite-writer';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly refused?: RefusalCode;
  readonly conflict?: string;
  readonly error?: Error;
}

type Calls<S> = { [K in keyof S]: S[K] extends (...args: infer A) => infer R ? [A, R] : never };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

export class SqliteThread<S extends SqliteReader | SqliteWriter> {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  /** `limitMs`: a call that takes longer is refused, and its thread is left to end by itself. */
  constructor(
    private readonly file: string,
    private readonly kind: 'reader' | 'writer',
    private readonly limitMs?: number,
  ) {}

  call<K extends keyof S & string>(method: K, ...args: Calls<S>[K][0] & unknown[]): Promise<Calls<S>[K][1]> {
    return new Promise((resolve, reject) => {
      const id = ++this.calls;
      const timer = this.limitMs === undefined ? undefined : setTimeout(() => this.cut(), this.limitMs);
      timer?.unref();
      this.waiting.set(id, { resolve: resolve, reject, timer });
      this.running().postMessage({ id, method, args } satisfies Call);
    });
  }

  async close(): Promise<void> {
    if (!this.worker) return;
    const { worker } = this;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await this.call('close', ...([] as never));
    await ended;
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(require.resolve('./sqlite.worker'), {
      workerData: { file: this.file, kind: this.kind },
    });
    worker.on('message', (answer: Answer) => this.answered(answer));
    worker.on('error', (error: unknown) => this.lost(worker, error as Error));
    worker.on('exit', () => this.lost(worker, new Error('The thread of the document store ended')));
    return (this.worker = worker);
  }

  private answered({ id, value, refused, conflict, error }: Answer): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    if (refused) waiting.reject(new Refusal(refused));
    else if (conflict) waiting.reject(new WriteConflict(conflict));
    else if (error) waiting.reject(error);
    else waiting.resolve(value);
  }

  /** The query that runs is too slow: it and those behind it are refused, the next ones get a new thread. */
  private cut(): void {
    const worker = this.worker;
    if (!worker) return;
    this.lost(worker, new Refusal('query-too-slow'));
    void worker.terminate();
  }

  private lost(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.waiting.clear();
  }
}

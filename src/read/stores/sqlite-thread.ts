// Calls to a document store's thread, from the side that waits for the answers.
import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../../refusals';
import { WriteConflict } from '../document-store';
import type { SqliteQueries } from './sqlite-queries';
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
}

export interface ThreadOptions {
  /** A call that takes longer is refused, and its thread is left to end by itself. */
  readonly limitMs?: number;
  readonly cacheMb?: number;
}

export class SqliteThread<S extends SqliteQueries | SqliteWriter> {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    private readonly kind: 'reader' | 'writer',
    private readonly options: ThreadOptions = {},
  ) {}

  /** Calls that wait for their answer. */
  get load(): number {
    return this.waiting.size;
  }

  call<K extends keyof S & string>(method: K, ...args: Calls<S>[K][0] & unknown[]): Promise<Calls<S>[K][1]> {
    return new Promise((resolve, reject) => {
      const id = ++this.calls;
      this.waiting.set(id, { resolve: resolve, reject });
      if (this.waiting.size === 1) this.watch();
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
      workerData: { file: this.file, kind: this.kind, cacheMb: this.options.cacheMb },
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
    this.watch();
    if (refused) waiting.reject(new Refusal(refused));
    else if (conflict) waiting.reject(new WriteConflict(conflict));
    else if (error) waiting.reject(error);
    else waiting.resolve(value);
  }

  /** The time of a call begins when those before it have been answered. */
  private watch(): void {
    clearTimeout(this.timer);
    if (this.options.limitMs === undefined || this.waiting.size === 0) return;
    this.timer = setTimeout(() => this.cut(), this.options.limitMs);
    this.timer.unref();
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
    clearTimeout(this.timer);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

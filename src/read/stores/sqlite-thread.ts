// Calls to a document store's thread, from the side that waits for the answers.
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../../refusals';
import { WriteConflict } from '../document-store';
import type { SqliteQueries } from './sqlite-queries';
import type { SqliteWriter } from './sqlite-writer';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Another thread wants to call as well, over a port of its own. */
export interface Connect {
  readonly connect: MessagePort;
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
  private far: Worker | MessagePort | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private timer: NodeJS.Timeout | undefined;

  /** `open` gives the thread, or a port to it, and again where that one is lost. */
  constructor(
    private readonly open: () => Worker | MessagePort,
    private readonly options: Pick<ThreadOptions, 'limitMs'> = {},
  ) {}

  /** A thread of its own over a file. */
  static of<S extends SqliteQueries | SqliteWriter>(
    file: string,
    kind: 'reader' | 'writer',
    options: ThreadOptions = {},
  ): SqliteThread<S> {
    const workerData = { file, kind, cacheMb: options.cacheMb };
    const script = require.resolve('./sqlite.worker');
    return new SqliteThread<S>(() => new Worker(script, { workerData }), options);
  }

  /** A port to this thread for another one; it closes when this thread ends. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.running().postMessage({ connect: port1 } satisfies Connect, [port1]);
    return port2;
  }

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
    const { far } = this;
    if (!far) return;
    const ended = new Promise((resolve) => far.once(far instanceof Worker ? 'exit' : 'close', resolve));
    if (far instanceof Worker) await this.call('close', ...([] as never));
    else far.close();
    await ended;
  }

  private running(): Worker | MessagePort {
    if (this.far) return this.far;
    const far = this.open();
    far.on('message', (answer: Answer) => this.answered(answer));
    far.on('error', (error: unknown) => this.lost(far, error as Error));
    const ended = () => this.lost(far, new Error('The thread of the document store ended'));
    far.on(far instanceof Worker ? 'exit' : 'close', ended);
    return (this.far = far);
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
    const { far } = this;
    if (!far) return;
    this.lost(far, new Refusal('query-too-slow'));
    if (far instanceof Worker) void far.terminate();
  }

  private lost(far: Worker | MessagePort, error: Error): void {
    if (this.far !== far) return;
    this.far = undefined;
    clearTimeout(this.timer);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

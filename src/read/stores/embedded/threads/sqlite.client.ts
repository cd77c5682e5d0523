// The calling side of a thread of the embedded document store: sends calls to it and settles them as it answers.
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { FaultReports } from '../../../../supervision/faults';
import type { Part } from '../../../../supervision/parts';
import { Refusal } from '../../../../refusals';
import { WriteConflict } from '../../../document-store';
import type { Answer, Call, Connect } from './sqlite-calls';
import { LeavingThreads, startThread } from './sqlite-threads';
import type { SqliteQueries } from '../sqlite-queries';
import type { SqliteWriter } from '../sqlite-writer';

type Calls<S> = { [K in keyof S]: S[K] extends (...args: infer A) => infer R ? [A, R] : never };

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ThreadOptions {
  /** What the thread is called where its faults are reported. */
  readonly part: Part;
  readonly faults: FaultReports;
  /**
   * For queries: one that takes longer is refused, its thread is left to end, and the calls behind it go to another.
   */
  readonly limitMs?: number;
  /** Calls that may at once take long and have their thread to themselves, while the calls behind get another. */
  readonly apart?: number;
  readonly cacheMb?: number;
}

/** Id of a first call without meaning: a thread that answers it has started. */
const HELLO = 0;
/** Milliseconds of a call after which no other waits behind it, if the call can be set apart. */
const LONG_MS = 200;

/** Milliseconds until a thread that ended is started again though nobody calls it; longer each time it ends again. */
const RETRY_MS = { least: 100, most: 5_000 };

/** A call that has a thread to itself. */
interface Apart extends Waiting {
  readonly timer: NodeJS.Timeout;
}

export class SqliteThread<S extends SqliteQueries | SqliteWriter> {
  private far: Worker | MessagePort | undefined;
  /** The thread has answered before: it has started. */
  private proven = false;
  /** Calls without an answer, in order; the first is being carried out. */
  private readonly waiting = new Map<number, Waiting>();
  private readonly apart = new Map<Worker | MessagePort, Apart>();
  private readonly leaving = new LeavingThreads(() => this.hasRoom());
  /** The thread still carries out a call that was given up: no call in `waiting` has begun. */
  private stuck = false;
  private calls = 0;
  /** When the first call in `waiting` began, by `performance.now()`. */
  private since = 0;
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = RETRY_MS.least;
  private closing = false;

  /** `open` gives the thread, or a port to it; it is called again where the thread is lost. */
  constructor(
    private readonly open: () => Worker | MessagePort,
    private readonly options: Partial<ThreadOptions> = {},
  ) {}

  /** Starts a thread that opens a file. */
  static of<S extends SqliteQueries | SqliteWriter>(
    file: string,
    kind: 'reader' | 'writer',
    options: ThreadOptions,
  ): SqliteThread<S> {
    return new SqliteThread<S>(() => startThread({ file, kind, cacheMb: options.cacheMb }), options);
  }

  /** A port over which another thread can call this one; it closes when the called thread ends. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.running().postMessage({ connect: port1 } satisfies Connect, [port1]);
    return port2;
  }

  /** Number of calls without an answer. */
  get load(): number {
    return this.waiting.size + this.apart.size;
  }

  call<K extends keyof S & string>(method: K, ...args: Calls<S>[K][0] & unknown[]): Promise<Calls<S>[K][1]> {
    return new Promise((resolve, reject) => {
      const far = this.running();
      const call = { id: ++this.calls, method, args };
      this.waiting.set(call.id, { call, resolve: resolve, reject });
      far.postMessage(call satisfies Call);
      if (this.waiting.size === 1) this.watch();
      else if (performance.now() - this.since > LONG_MS && this.mayBeApart) this.setApart(far);
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    for (const [far, { reject, timer }] of this.apart) {
      clearTimeout(timer);
      reject(new Error('The document store is closed'));
      this.leaving.giveUp(far);
    }
    this.apart.clear();
    await this.endThread();
    await this.leaving.gone();
  }

  private async endThread(): Promise<void> {
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
    this.proven = false;
    far.on('message', (answer: Answer) => this.answered(far, answer));
    far.on('error', (error: unknown) => this.broken(far, error as Error));
    const ended = () => this.broken(far, new Error('The thread of the document store ended'));
    far.on(far instanceof Worker ? 'exit' : 'close', ended);
    // The time that the thread takes to start must not count as that of its first query.
    if (this.options.limitMs !== undefined)
      far.postMessage({ id: HELLO, method: 'collections', args: [] } satisfies Call);
    return (this.far = far);
  }

  private answered(far: Worker | MessagePort, { id, value, refused, conflict, error }: Answer): void {
    const apart = this.apart.get(far);
    // The thread was given up, and its calls were sent to another.
    if (!apart && far !== this.far) return;
    this.works();
    if (!apart) {
      this.proven = true;
      this.stuck = false;
    }
    const waiting = apart ?? this.waiting.get(id);
    if (apart) this.endApart(far);
    else {
      this.waiting.delete(id);
      this.watch();
    }
    if (!waiting) return;
    if (refused) waiting.reject(new Refusal(refused));
    else if (conflict) waiting.reject(new WriteConflict(conflict));
    else if (error) waiting.reject(error);
    else waiting.resolve(value);
  }

  /** The time of a call begins when all calls before it have been answered, and its thread has started. */
  private watch(): void {
    clearTimeout(this.timer);
    this.since = performance.now();
    const { limitMs } = this.options;
    if (limitMs !== undefined && this.waiting.size > 0 && this.proven && !this.stuck)
      this.timer = setTimeout(() => this.long(), this.mayBeApart ? LONG_MS : limitMs).unref();
  }

  private long(): void {
    const { far, options } = this;
    const left = this.since + options.limitMs! - performance.now();
    if (!far) return;
    if (left <= 0) this.cut(far);
    else if (this.waiting.size > 1 && this.mayBeApart) this.setApart(far);
    else this.timer = setTimeout(() => this.long(), left).unref();
  }

  private get mayBeApart(): boolean {
    return this.proven && !this.stuck && this.apart.size < (this.options.apart ?? 0);
  }

  /** The call that runs keeps its thread; the calls behind it get another. */
  private setApart(far: Worker | MessagePort): void {
    const left = Math.max(0, this.since + this.options.limitMs! - performance.now());
    const first = this.takeFirst()!;
    const tooLong = () => {
      this.endApart(far);
      first.reject(new Refusal('query-too-slow'));
    };
    this.apart.set(far, { ...first, timer: setTimeout(tooLong, left).unref() });
    this.sendAgain();
  }

  /** Gives the thread up; the other calls that were sent to it have been sent to another. */
  private endApart(far: Worker | MessagePort): void {
    clearTimeout(this.apart.get(far)?.timer);
    this.apart.delete(far);
    this.leaving.giveUp(far);
  }

  /** One more thread may leave. */
  private hasRoom(): void {
    if (!this.stuck || !this.far) return;
    this.leaving.giveUp(this.far);
    this.sendAgain();
  }

  /** The call that runs takes too long: it alone is refused. */
  private cut(far: Worker | MessagePort): void {
    this.takeFirst()?.reject(new Refusal('query-too-slow'));
    if (this.leaving.isFull) {
      // The calls behind wait for this thread, or for another one to leave; their time has not begun.
      this.stuck = true;
      return this.watch();
    }
    this.leaving.giveUp(far);
    this.sendAgain();
  }

  private takeFirst(): Waiting | undefined {
    const [first] = this.waiting.values();
    if (first) this.waiting.delete(first.call.id);
    return first;
  }

  /** Sends all calls in `waiting` to a new thread; for queries, which may be carried out twice. */
  private sendAgain(): void {
    this.far = undefined;
    this.stuck = false;
    clearTimeout(this.timer);
    if (this.waiting.size === 0) return;
    const far = this.running();
    for (const { call } of this.waiting.values()) far.postMessage(call);
    this.watch();
  }

  private works(): void {
    this.retryMs = RETRY_MS.least;
    const { faults, part } = this.options;
    if (part) faults?.clear(part);
  }

  /** The next call starts the thread again, and so does a timer: nobody may call while the thread is known to fail. */
  private broken(far: Worker | MessagePort, error: Error): void {
    const { faults, part, limitMs } = this.options;
    const apart = this.apart.get(far);
    if (apart) {
      this.endApart(far);
      if (part) faults?.report(part, error);
      return apart.reject(error);
    }
    if (part && this.far === far && !this.closing) {
      faults?.report(part, error);
      clearTimeout(this.retry);
      // Only queries have a limit. The first call in `waiting` may have ended the thread: it is not sent again.
      if (limitMs !== undefined && this.proven) {
        this.takeFirst()?.reject(error);
        this.sendAgain();
        if (this.far) return;
      }
      // The error of a rejection has been reported by then.
      const again = () => void this.call('collections', ...([] as never)).catch(() => undefined);
      this.retry = setTimeout(again, this.retryMs).unref();
      this.retryMs = Math.min(2 * this.retryMs, RETRY_MS.most);
    }
    this.lost(far, error);
  }

  private lost(far: Worker | MessagePort, error: Error): void {
    if (this.far !== far) return;
    this.far = undefined;
    this.stuck = false;
    clearTimeout(this.timer);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

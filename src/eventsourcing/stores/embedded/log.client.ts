// The appending thread's end of the embedded log's writer: hands appends to the writing thread in batches and settles
// them in the order of its answers.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NewEvent } from '../../event';
import { WrongRevision, type Appended } from '../../event-store';
import { serialize } from '../serialized';
import { MOVED_ON, type Appends, type FromWriter, type ToWriter } from './log.worker';

/** Appends in one message at most: the writing thread is to begin with a burst while this thread prepares the rest. */
const BATCH = 64;

export interface WriterListener {
  /** Called with the position of the last event of each batch, before the appends of the batch resolve. */
  onAppended(position: bigint): void;
  /** Called with the reason why the writing thread ended though nobody closed it; from then on every append rejects. */
  onBroken(error: Error): void;
}

interface Waiting {
  readonly stream: string;
  readonly expected: number;
  readonly count: number;
  resolve(appended: Appended): void;
  reject(error: Error): void;
}

export class EmbeddedWriter {
  readonly logId: Promise<string>;
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  /** Appends without an answer, in the order in which the writing thread answers. */
  private waiting: Waiting[] = [];
  private batch: Appends = [];
  private batched = 0;
  private failure: Error | undefined;
  private ready = false;
  private closing = false;

  constructor(
    dataDir: string,
    private readonly hears: WriterListener,
  ) {
    this.worker = new Worker(join(__dirname, 'log.worker.js'), {
      workerData: { logDir: dataDir },
    });
    this.logId = new Promise((resolve, reject) => {
      this.worker.on('message', (message: FromWriter) => {
        if (!('ready' in message)) return this.settle(message);
        this.ready = true;
        resolve(message.ready.logId);
      });
      this.worker.once('error', (cause) => {
        const error = new Error(`The log writer failed: ${cause.message}`, { cause });
        reject(error);
        this.fail(error, cause);
      });
    });
    // Whoever opens the log awaits `logId` and sees the rejection; before that, it must not count as unhandled.
    this.logId.catch(() => undefined);
    this.ended = new Promise((resolve) =>
      this.worker.once('exit', () => {
        if (this.closing) this.failure ??= new Error('The log is closed');
        this.fail(new Error('The log writer ended'));
        resolve();
      }),
    );
  }

  async append(stream: string, events: readonly NewEvent[], expectedRevision: number): Promise<Appended> {
    if (this.failure) throw this.failure;
    if (this.closing) throw new Error('The log is closed');
    const serialized = serialize(events);
    // Appends of one turn of the event loop travel together: a message costs as much as an append.
    if (this.batched++ === 0) process.nextTick(() => this.flush());
    this.batch.push(stream, expectedRevision, events.length);
    for (const { id, type, data, meta } of serialized) this.batch.push(id, type, data, meta);
    if (this.batched === BATCH) this.flush();
    return new Promise((resolve, reject) =>
      this.waiting.push({ stream, expected: expectedRevision, count: events.length, resolve, reject }),
    );
  }

  /** Resolves when all appends handed over before are written and the writing thread has ended. */
  async close(): Promise<void> {
    if (!this.closing && !this.failure) {
      this.closing = true;
      this.flush();
      this.send(null);
    }
    await this.ended;
  }

  private flush(): void {
    if (this.batched === 0) return;
    const { batch } = this;
    this.batch = [];
    this.batched = 0;
    this.send(batch);
  }

  private send(message: ToWriter): void {
    this.worker.postMessage(message);
  }

  private settle(message: FromWriter): void {
    if ('full' in message) {
      const error = new Error(`The log cannot be written: ${message.reason}`);
      for (const append of this.take(message.full)) append.reject(error);
    }
    if (!('outcomes' in message)) return;
    const { outcomes } = message;
    this.hears.onAppended(
      BigInt(outcomes.reduce((max, n, index) => (index % 2 === 1 && n > max ? n : max), -1)),
    );
    this.take(outcomes.length / 2).forEach((append, index) => {
      const revision = outcomes[2 * index]!;
      if (revision === MOVED_ON) append.reject(new WrongRevision(append.stream, append.expected));
      else {
        const position = BigInt(outcomes[2 * index + 1]!);
        append.resolve({ revision, position, first: position - BigInt(append.count - 1) });
      }
    });
  }

  private take(count: number): Waiting[] {
    return this.waiting.splice(0, count);
  }

  /** Appends in flight may or may not be stored: their callers repeat them and find out. */
  private fail(error: Error, cause = error): void {
    // Of a failure before `ready`, `logId` tells whoever opens the log.
    if (!this.failure && this.ready) this.hears.onBroken(cause);
    this.failure ??= error;
    const lost = this.waiting;
    this.waiting = [];
    this.batch = [];
    for (const append of lost) append.reject(this.failure);
  }
}

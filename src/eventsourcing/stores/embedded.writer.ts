// This thread's end of the log writer: hands appends over in batches and settles them in order.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NewEvent } from '../event';
import { WrongRevision, type Appended } from '../event-store';
import { serialize } from './serialized';
import { MOVED_ON, type Appends, type FromWriter, type ToWriter } from './embedded.worker';

/** Appends in one message at most: the thread is to write the first of a burst while this one prepares the others. */
const BATCH = 64;

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
  /** In the order in which the thread answers. */
  private waiting: Waiting[] = [];
  private batch: Appends = [];
  private batched = 0;
  private failure: Error | undefined;
  private closing = false;

  /** `onAppended` is called with the position of each batch's last event, before its appends resolve. */
  constructor(
    dataDir: string,
    private readonly onAppended: (position: bigint) => void,
  ) {
    this.worker = new Worker(join(__dirname, 'embedded.worker.js'), {
      workerData: { logDir: dataDir },
    });
    this.logId = new Promise((resolve, reject) => {
      this.worker.on('message', (message: FromWriter) => {
        if ('ready' in message) resolve(message.ready.logId);
        else this.settle(message);
      });
      this.worker.once('error', (cause) => {
        const error = new Error(`The log writer failed: ${cause.message}`, { cause });
        reject(error);
        this.fail(error);
      });
    });
    this.logId.catch(() => {});
    this.ended = new Promise((resolve) =>
      this.worker.once('exit', () => {
        this.fail(new Error(this.closing ? 'The log is closed' : 'The log writer ended'));
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

  /** Writes what was handed over before, then ends the thread. */
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
    this.onAppended(BigInt(outcomes.reduce((max, n, index) => (index % 2 === 1 && n > max ? n : max), -1)));
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

  /** What was in flight may or may not be stored: its callers repeat it and find out. */
  private fail(error: Error): void {
    this.failure ??= error;
    const lost = this.waiting;
    this.waiting = [];
    this.batch = [];
    for (const append of lost) append.reject(this.failure);
  }
}

// A table that all processes share and that never grows without bound, for what is neither event nor read model: counts
// of attempts, say. Its rows lie in a fixed number of documents of the store's shared state, each changed by
// compare-and-set; rows whose time is over leave with the next change of their document.
import { createHash } from 'node:crypto';
import type { DocumentStore } from './document-store';
import { pause } from '../supervision/pause';

export interface Row {
  /** Milliseconds since the epoch; from then on the row is gone. */
  readonly until: number;
}

export interface Changed<R extends Row, T> {
  /** The row as it is to be; undefined removes it. */
  readonly row: R | undefined;
  /** What `change` resolves with. */
  readonly answer: T;
}

export interface Bounds {
  /** Documents the rows are spread over. */
  readonly slots: number;
  /** Rows of one document at most: of more, the rows whose time is over first are dropped first. */
  readonly rows: number;
}

type Decide<R extends Row> = (row: R | undefined) => Changed<R, unknown>;
type Rows<R> = Record<string, R>;

interface Waiting<R extends Row> {
  readonly id: string;
  readonly now: number;
  readonly decide: Decide<R>;
  readonly done: (answer: unknown) => void;
  readonly failed: (error: unknown) => void;
}

const ATTEMPTS = 100;

export class SharedTable<R extends Row> {
  /** Changes that wait, by their document's number; a document has an entry while a change of it is under way. */
  private readonly queues = new Map<number, Waiting<R>[]>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly name: string,
    private readonly bounds: Bounds,
  ) {}

  /** Changes one row for all processes at once. `decide` is pure: it may run several times. */
  change<T>(key: string, decide: (row: R | undefined) => Changed<R, T>, now = Date.now()): Promise<T> {
    const id = idOf(key);
    const slot = this.slotOf(id);
    return new Promise<T>((resolve, failed) => {
      const waiting: Waiting<R> = { id, now, decide, done: (answer) => resolve(answer as T), failed };
      const queue = this.queues.get(slot);
      if (queue) return void queue.push(waiting);
      this.queues.set(slot, [waiting]);
      void this.work(slot);
    });
  }

  async get(key: string, now = Date.now()): Promise<R | undefined> {
    const id = idOf(key);
    const row = (await this.documents.getState<Rows<R>>(this.stateKey(this.slotOf(id))))?.[id];
    return row && row.until > now ? row : undefined;
  }

  /** Every row that is there at the time its document is read. */
  async *all(now = Date.now()): AsyncGenerator<R, void> {
    for (let slot = 0; slot < this.bounds.slots; slot++)
      for (const row of Object.values((await this.documents.getState<Rows<R>>(this.stateKey(slot))) ?? {}))
        if (row.until > now) yield row;
  }

  /** All changes that wait are written at once: a thousand changes of one row cost a few writes. */
  private async work(slot: number): Promise<void> {
    for (const queue = this.queues.get(slot)!; queue.length > 0;) {
      const batch = queue.splice(0);
      try {
        const answers = await this.write(slot, batch);
        batch.forEach(({ done }, index) => done(answers[index]));
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.queues.delete(slot);
  }

  private async write(slot: number, batch: readonly Waiting<R>[]): Promise<unknown[]> {
    const key = this.stateKey(slot);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const before = await this.documents.getState<Rows<R>>(key);
      const rows: Rows<R> = { ...before };
      const answers = batch.map(({ id, now, decide }) => {
        const old = rows[id];
        const { row, answer } = decide(old && old.until > now ? old : undefined);
        if (row) rows[id] = row;
        else delete rows[id];
        return answer;
      });
      const after = this.bounded(rows, batch);
      if (JSON.stringify(after) === JSON.stringify(before)) return answers;
      if (await this.documents.compareAndSet(key, before, after)) return answers;
      await pause(Math.random() * 2 ** Math.min(attempt, 6));
    }
    throw new Error(`Others kept changing ${this.name}`);
  }

  private bounded(rows: Rows<R>, batch: readonly Waiting<R>[]): Rows<R> | undefined {
    const now = Math.max(...batch.map((waiting) => waiting.now));
    const live = Object.entries(rows).filter(([, row]) => row.until > now);
    if (live.length === 0) return undefined;
    const over = live.length - this.bounds.rows;
    if (over <= 0) return Object.fromEntries(live);
    const changed = new Set(batch.map(({ id }) => id));
    const others = live.filter(([id]) => !changed.has(id)).sort(([, a], [, b]) => a.until - b.until);
    const gone = new Set(others.slice(0, over).map(([id]) => id));
    return Object.fromEntries(live.filter(([id]) => !gone.has(id)));
  }

  private slotOf(id: string): number {
    return Number.parseInt(id.slice(0, 8), 16) % this.bounds.slots;
  }

  private stateKey(slot: number): string {
    return `${this.name}:${slot}`;
  }
}

/** Spreads rows evenly over documents, whatever keys look like. */
const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

// Holds keep tombstones and collections from being removed while jobs read the past: each hold names the position after
// which a job needs them. Processes over a shared store tell the projector of their holds through that store, with a
// beat, so that the holds of a dead process do not last for ever.
import { randomUUID } from 'node:crypto';
import type { FaultReports } from '../supervision/faults';
import type { DocumentStore } from './document-store';

const KEY = 'holds';
const BEAT_MS = 20_000;
const DEAD_AFTER_MS = 120_000;

type Told = Readonly<Record<string, { readonly position: string; readonly beat: number }>>;

export class Holds {
  private readonly held = new Map<symbol, bigint>();
  private readonly holder = randomUUID();
  private readonly seen = new Map<string, { beat: number; since: number }>();
  private beat = 0;
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly documents: DocumentStore,
    private readonly faults: FaultReports,
  ) {}

  /** Keeps collections, and the tombstones stamped after a position, until the returned function is called. */
  hold(position: bigint): () => void {
    const key = Symbol();
    this.held.set(key, position);
    this.changed();
    return () => {
      if (this.held.delete(key)) this.changed();
    };
  }

  /** The least position that a hold of this process or another names; undefined if there is no hold. */
  async least(): Promise<bigint | undefined> {
    const positions = [...this.held.values()];
    if (!this.documents.exclusive) positions.push(...(await this.toldByOthers()));
    return positions.length === 0 ? undefined : positions.reduce((least, one) => (one < least ? one : least));
  }

  /** Ends the beat; resolves when the last change of the holds has been told. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.telling;
  }

  private changed(): void {
    if (this.documents.exclusive) return;
    clearInterval(this.timer);
    if (this.held.size > 0) this.timer = setInterval(() => this.tell(), BEAT_MS).unref();
    this.tell();
  }

  private tell(): void {
    // A hold may be told a moment late: a sweep only takes older tombstones. The next beat makes up for a failure.
    this.telling = this.telling
      .then(() => this.write())
      .then(
        () => this.faults.clear('holds'),
        (error: unknown) => this.faults.report('holds', error),
      );
  }

  private async write(): Promise<void> {
    for (;;) {
      const told = await this.documents.getState<Told>(KEY);
      const { [this.holder]: _mine, ...others } = told ?? {};
      const positions = [...this.held.values()];
      const position = positions.reduce((least, one) => (one < least ? one : least), positions[0] ?? 0n);
      const mine = { [this.holder]: { position: position.toString(), beat: ++this.beat } };
      const next = positions.length > 0 ? { ...others, ...mine } : others;
      if (await this.documents.compareAndSet<Told>(KEY, told, next)) return;
    }
  }

  private async toldByOthers(): Promise<bigint[]> {
    const told = (await this.documents.getState<Told>(KEY)) ?? {};
    const now = performance.now();
    return Object.entries(told).flatMap(([holder, { position, beat }]) => {
      const before = this.seen.get(holder);
      if (before?.beat !== beat) this.seen.set(holder, { beat, since: now });
      return before?.beat === beat && now - before.since > DEAD_AFTER_MS ? [] : [BigInt(position)];
    });
  }
}

// Sees to it that a request's Idempotency-Key stands in the log before the first event of that request. A request that
// appends no event, because it is refused or changes nothing, leaves no key in the log either.
import { LRUCache } from 'lru-cache';

/** Entries kept: more than there can be requests under way at once. */
const MOST = 20_000;

interface Entry {
  readonly first: () => Promise<void>;
  run?: Promise<void>;
  failed: boolean;
}

export class Preceding {
  /** By the correlation id of the request. */
  private readonly entries = new LRUCache<string, Entry>({ max: MOST });

  /**
   * Has `first` run before the first event of a request is appended; where `first` fails, no event of that request is
   * ever appended. Returns a function to be called when the request is answered.
   */
  set(correlationId: string, first: () => Promise<void>): () => void {
    const entry: Entry = { first, failed: false };
    this.entries.set(correlationId, entry);
    // The entry of a failed `first` stays: parts of its request may still be under way, and must not append.
    return () => void (entry.failed || this.entries.delete(correlationId));
  }

  /**
   * To be awaited before each append of a request. Rejects where `first` failed, and with what `check` throws: asked
   * before `first` runs, it says that the append can never be.
   */
  async before(correlationId: string, check: () => void): Promise<void> {
    const entry = this.entries.get(correlationId);
    if (!entry) return;
    if (!entry.run) check();
    entry.run ??= entry.first().catch((error: unknown) => {
      entry.failed = true;
      throw error;
    });
    await entry.run;
  }
}

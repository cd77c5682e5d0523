// What must stand in the log before the first event of a request does: its Idempotency-Key. A request that appends
// nothing, because it is refused or changes nothing, leaves nothing of that either.
import { LRUCache } from 'lru-cache';

/** More than requests can be under way at once. */
const MOST = 20_000;

interface Entry {
  readonly first: () => Promise<void>;
  run?: Promise<void>;
  failed: boolean;
}

export class Preceding {
  /** By correlation id. */
  private readonly entries = new LRUCache<string, Entry>({ max: MOST });

  /** `first` is run before the first event of a request; where it fails none is ever appended. Returns what ends that. */
  set(correlationId: string, first: () => Promise<void>): () => void {
    const entry: Entry = { first, failed: false };
    this.entries.set(correlationId, entry);
    // What is left of a request that failed so may still be under way.
    return () => void (entry.failed || this.entries.delete(correlationId));
  }

  /** Before each event: resolves once what must precede it stands. */
  async before(correlationId: string): Promise<void> {
    const entry = this.entries.get(correlationId);
    if (!entry) return;
    entry.run ??= entry.first().catch((error: unknown) => {
      entry.failed = true;
      throw error;
    });
    await entry.run;
  }
}

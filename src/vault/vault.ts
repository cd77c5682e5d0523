// The port to the vault, the only mutable truth: it keeps what must be forgettable, or must not lie in a log, sealed
// under the master key. Its two adapters (MongoDB, embedded SQLite) pass one contract spec.

/** A value as it lies in its store: sealed, and bound to its place. */
export interface SealedEntry {
  readonly place: string;
  readonly sealed: Uint8Array;
}

/** Values have a kind, which holds no slash, and an id within it. */
export abstract class Vault {
  /** The value put last, undefined if there is none. Rejects with SealBroken where its bytes were changed or moved. */
  abstract get<V>(kind: string, id: string): Promise<V | undefined>;

  /** Puts a value, durable when the promise resolves: anything JSON can hold, but not null or undefined. */
  abstract put<V>(kind: string, id: string, value: V): Promise<void>;

  /**
   * Puts a value if the one there is still `expected` (compared as JSON; undefined: there is none). False: there was
   * another, or came another meanwhile.
   */
  abstract compareAndSet<V>(kind: string, id: string, expected: V | undefined, value: V): Promise<boolean>;

  /**
   * Puts the value that `decide` makes of the one there and resolves with it; decides anew where another was faster. A
   * word, or undefined, in place of a value says why nothing is put: it is resolved with.
   */
  async change<V extends object, W extends string | undefined = undefined>(
    kind: string,
    id: string,
    decide: (kept: V | undefined) => V | W,
  ): Promise<V | W> {
    for (;;) {
      const kept = await this.get<V>(kind, id);
      const decided = decide(kept);
      if (typeof decided !== 'object' || (await this.compareAndSet<V>(kind, id, kept, decided)))
        return decided;
    }
  }

  /** Removes a value. False if there was none. */
  abstract remove(kind: string, id: string): Promise<boolean>;

  /** A digest keyed by the master key: it tells nothing of the text to whoever lacks the key. Hex, 64 characters. */
  abstract hmac(purpose: string, text: string): string;

  /** The entries after a place in the order of places, sealed as they lie there: some, or none at the end. */
  abstract entries(after?: string): Promise<SealedEntry[]>;

  /**
   * Puts an entry of a vault under the same master key, as `entries` gave it. False: another value lies at its place.
   * Rejects with SealBroken where it was changed, moved or sealed under another master key.
   */
  abstract bringIn(entry: SealedEntry): Promise<boolean>;

  abstract close(): Promise<void>;
}

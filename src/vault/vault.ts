// The port to the only mutable truth: what must be forgettable, or must not lie in a log. Values are sealed under the
// master key. Two adapters (MongoDB, embedded SQLite) pass one contract spec.

export abstract class Vault {
  /** The value put last, undefined if there is none. Rejects when the stored bytes were changed or moved. */
  abstract get<V>(kind: string, id: string): Promise<V | undefined>;

  /** Durable when it resolves. `value` is anything JSON can hold, but not null or undefined. */
  abstract put<V>(kind: string, id: string, value: V): Promise<void>;

  /**
   * Puts if the value is still `expected` (compared as JSON); undefined means: none. False: it was another, or became
   * another meanwhile.
   */
  abstract compareAndSet<V>(kind: string, id: string, expected: V | undefined, value: V): Promise<boolean>;

  /** False if there was none. */
  abstract remove(kind: string, id: string): Promise<boolean>;

  /** Keyed by the master key: says nothing of the text to who has not the key. Hex, 64 characters. */
  abstract hmac(purpose: string, text: string): string;

  abstract close(): Promise<void>;
}

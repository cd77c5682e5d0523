// A cache of folded states by stream. An entry is true at the revision it names; whether the stream has moved on since,
// an append at that revision finds out.
import { LRUCache } from 'lru-cache';
import type { Decider, Loaded } from './decider';
import type { EventMap } from './event';
import { sizeOf } from './size-of';

const CACHED_STATES = 20_000;
/** Size of all cached states together, as `sizeOf` counts it. */
const CACHED_SIZE = 64 * 1024 * 1024;

interface Cached extends Loaded<unknown> {
  readonly decider: unknown;
}

export class KnownStates {
  private readonly cache = new LRUCache<string, Cached>({
    max: CACHED_STATES,
    maxSize: CACHED_SIZE,
    sizeCalculation: ({ state }) => sizeOf(state),
  });

  recall<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Loaded<S> | undefined {
    const cached = this.cache.get(stream);
    return cached?.decider === decider ? (cached as Loaded<unknown> as Loaded<S>) : undefined;
  }

  remember<S, M extends EventMap>(
    decider: Decider<S, M>,
    stream: string,
    { state, revision, position }: Loaded<S>,
  ): Loaded<S> {
    const cached = this.cache.peek(stream);
    // A slow reader must not put an older state in place of a newer one.
    if (!cached || cached.decider !== decider || cached.revision <= revision)
      this.cache.set(stream, { decider, state, revision, position });
    return { state, revision, position };
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }
}

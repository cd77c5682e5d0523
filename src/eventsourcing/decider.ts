// A decider: initial state and one `evolve` row per event. Commands are plain functions beside it that return events,
// none ("already so"), or throw a Refusal.
import type { EventMap, EventOf, Recorded } from './event';

type EventOfType<M extends EventMap, K extends keyof M & string> = Recorded<Extract<EventOf<M>, { type: K }>>;

export interface Decider<S, M extends EventMap> {
  readonly initial: S;
  /** A missing row does not compile. `event` carries revision, position and metadata of the same event. */
  readonly evolve: {
    readonly [K in keyof M & string]: (state: S, data: M[K], event: EventOfType<M, K>) => S;
  };
}

/** Folds events over a state. An event that the decider has no row for is an error, never skipped. */
export function fold<S, M extends EventMap>(
  decider: Decider<S, M>,
  state: S,
  events: Iterable<Recorded<EventOf<M>>>,
): S {
  for (const event of events) {
    const row = decider.evolve[event.type] as ((state: S, data: unknown, event: unknown) => S) | undefined;
    if (!row) throw new Error(`No evolve row for ${String(event.type)}`);
    state = row(state, event.data, event);
  }
  return state;
}

/** What a stream was folded to. */
export interface Loaded<S> {
  readonly state: S;
  /** NO_STREAM where there is none. */
  readonly revision: number;
  /** Of the stream's last event; START where there is none. */
  readonly position: bigint;
}

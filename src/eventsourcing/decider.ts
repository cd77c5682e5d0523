// A decider says how the events of a stream make up its state: an initial state and one `evolve` row per event.
// Commands are plain functions in the decider's file that return events, none ("already so"), or throw a Refusal.
import type { EventMap, EventOf, NewEvent, Recorded, RecordedOf } from './event';

type EventOfType<M extends EventMap, K extends keyof M & string> = Recorded<Extract<EventOf<M>, { type: K }>>;

export interface Decider<S, M extends EventMap> {
  readonly initial: S;
  /** A missing row does not compile. `data` is the payload, `event` the whole event with its metadata. */
  readonly evolve: {
    readonly [K in keyof M & string]: (state: S, data: M[K], event: EventOfType<M, K>) => S;
  };
}

/** Folds events over a state. Throws at an event for which the decider has no row: none is skipped silently. */
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

/** The state of a stream, and the last event that it was folded from. */
export interface Loaded<S> {
  readonly state: S;
  /** Of the stream's last event; NO_STREAM where the stream has none. */
  readonly revision: number;
  /** Of the stream's last event; START where the stream has none. */
  readonly position: bigint;
}

/** Events as they are read, once they have been appended behind `revision`. */
export const recordedAs = <M extends EventMap>(
  events: readonly NewEvent[],
  stream: string,
  revision: number,
  { position, first }: { readonly position: bigint; readonly first?: bigint | undefined },
): RecordedOf<M>[] =>
  events.map((event, index) => ({
    ...event,
    ...{ stream, revision: revision + 1 + index, recordedAt: Date.parse(event.meta.at) },
    position: first === undefined ? position : first + BigInt(index),
  })) as unknown as RecordedOf<M>[];

// Judges what was met by the naive fold of its own stream, from the beginning: many streams at a time, in bounded memory.
import type { EventStore } from '../../eventsourcing/event-store';
import type { ScratchRows } from '../../point-in-time/scratch-rows';

/** Streams folded at the same time. */
const FOLDS = 32;

interface Met<R> {
  readonly id: string;
  readonly row?: R;
}

export interface FoldedHow<M, T> {
  readonly eventStore: EventStore;
  readonly signal: AbortSignal;
  /** What its stream tells of an id. */
  readonly then: (id: string) => Promise<T>;
  /** Given what was met, each with what its stream tells. */
  readonly judge: (judged: readonly (readonly [M, T])[]) => void;
}

/** Answers how many were folded. */
export async function foldAll<R, M extends Met<R>, T>(
  met: readonly M[],
  { eventStore, signal, then, judge }: FoldedHow<M, T>,
): Promise<number> {
  // A store in this process answers at once: asking for several streams would only hold them all in memory.
  const folds = eventStore.shared ? FOLDS : 1;
  for (let i = 0; i < met.length; i += folds) {
    signal.throwIfAborted();
    const some = met.slice(i, i + folds);
    const told = await Promise.all(some.map(({ id }) => then(id)));
    judge(some.map((one, at) => [one, told[at]!] as const));
  }
  return met.length;
}

/** What was drawn, in groups, each with its row where it has one. */
export function* withRows<R extends { readonly id: string }>(
  ids: readonly string[],
  rows: ScratchRows<R>,
): Generator<Met<R>[], void> {
  for (let i = 0; i < ids.length; i += FOLDS) {
    const some = ids.slice(i, i + FOLDS);
    const found = rows.get(some);
    yield some.map((id) => ({ id, ...(found.has(id) && { row: found.get(id)! }) }));
  }
}

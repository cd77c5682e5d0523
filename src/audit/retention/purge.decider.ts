// The decider of one purge: slice after slice is removed until it is closed.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { PurgeEvents } from './purge.events';
import type { RowCounts } from './retention.events';

export const purgeStream = (purgeId: string): string => `purge-${purgeId}`;

export interface Purge {
  readonly status: 'open' | 'done' | 'stopped';
  readonly removed: RowCounts;
}

export const purge: Decider<Purge, PurgeEvents> = {
  initial: { status: 'open', removed: {} },
  evolve: {
    'purge.rows-removed.v1': (state, { category, rows }) => ({
      ...state,
      removed: { ...state.removed, [category]: (state.removed[category] ?? 0) + rows.length },
    }),
    'purge.closed.v1': (state, { isDone }) => ({ ...state, status: isDone ? 'done' : 'stopped' }),
  },
};

const ev = eventsOf<PurgeEvents>();
type Decided = EventOf<PurgeEvents>[];

export const removeRows = (state: Purge, slice: PurgeEvents['purge.rows-removed.v1']): Decided =>
  state.status !== 'open' || slice.rows.length === 0 ? [] : [ev('purge.rows-removed.v1', slice)];

/** What is closed stays so: whoever still works on it, and knows nothing of it, removes no more. */
export const closePurge = (state: Purge, purgeId: string, isDone: boolean): Decided =>
  state.status === 'open' ? [ev('purge.closed.v1', { purgeId, isDone })] : [];

// Decisions on a restore, and on the account's turn: only one restore runs at a time.
import { Refusal } from '../refusals';
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { KeptList } from '../files/kept-list';
import type { AccountRestoreEvents, RestoreEvents, RestoreOutcomes } from './restore.events';

export type RequestedRestore = RestoreEvents['restore.requested.v1'];

export type Restore =
  | { readonly status: 'none' }
  | { readonly status: 'queued' | 'running' | 'cancelling'; readonly requested: RequestedRestore }
  /** Completed, failed, cancelled or abandoned: nothing follows. */
  | { readonly status: 'ended'; readonly kept?: KeptList };

export const noOutcomes: Required<RestoreOutcomes> = {
  ...{ changed: 0, unchanged: 0, drifted: 0, refused: 0, recreated: 0, archived: 0 },
  ...{ associated: 0, disassociated: 0 },
};

/** The number of rows that a restore has settled, whatever became of each. */
export const countOf = (outcomes: RestoreOutcomes): number =>
  Object.values<number>({ ...outcomes }).reduce((sum, count) => sum + count, 0);

const moved = (restore: Restore, status: 'running' | 'cancelling'): Restore => {
  if (restore.status === 'none' || restore.status === 'ended')
    throw new Error(`A restore that is ${restore.status} cannot be ${status}`);
  return { status, requested: restore.requested };
};

export const restore: Decider<Restore, RestoreEvents> = {
  initial: { status: 'none' },
  evolve: {
    'restore.requested.v1': (_, requested) => ({ status: 'queued', requested }),
    'restore.started.v1': (state) => moved(state, 'running'),
    'restore.cancel-requested.v1': (state) => moved(state, 'cancelling'),
    'restore.completed.v1': (_, { kept }) => ({ status: 'ended', ...(kept && { kept }) }),
    'restore.failed.v1': (_, { kept }) => ({ status: 'ended', ...(kept && { kept }) }),
    'restore.cancelled.v1': (_, { kept }) => ({ status: 'ended', ...(kept && { kept }) }),
    'restore.abandoned.v1': () => ({ status: 'ended' }),
  },
};

export const restoreStream = (restoreId: string): string => `restore-${restoreId}`;

const event = eventsOf<RestoreEvents>();
type Decided = EventOf<RestoreEvents>[];

export function requestRestore(state: Restore, requested: RequestedRestore): Decided {
  // Abandoned: this request stood still for so long that the next one has taken its turn.
  if (state.status === 'ended') throw new Refusal('restore-in-progress');
  return state.status === 'none' ? [event('restore.requested.v1', requested)] : [];
}

export const startRestore = (state: Restore): Decided =>
  state.status === 'queued' ? [event('restore.started.v1', { restoreId: state.requested.restoreId })] : [];

export function cancelRestore(state: Restore): Decided {
  switch (state.status) {
    case 'none':
      throw new Refusal('restore-unknown');
    case 'ended':
      throw new Refusal('restore-ended');
    case 'cancelling':
      return [];
    case 'queued':
    case 'running':
      return [event('restore.cancel-requested.v1', { restoreId: state.requested.restoreId })];
  }
}

/** How a restore's job ended: it came through, was cancelled, or could not go on. */
export type Ending = 'completed' | 'cancelled' | { readonly failed: string };

export function endRestore(
  state: Restore,
  ending: Ending,
  { outcomes, kept }: { readonly outcomes: RestoreOutcomes; readonly kept?: KeptList },
): Decided {
  if (state.status === 'none' || state.status === 'ended') return [];
  const end = { restoreId: state.requested.restoreId, outcomes, ...(kept && { kept }) };
  if (ending === 'completed') return [event('restore.completed.v1', end)];
  if (ending === 'cancelled') return [event('restore.cancelled.v1', end)];
  return [event('restore.failed.v1', { ...end, reason: ending.failed })];
}

/** Closes a restore that was never recorded; no event where it was recorded after all. */
export const abandonRestore = (state: Restore, restoreId: string): Decided =>
  state.status === 'none' ? [event('restore.abandoned.v1', { restoreId })] : [];

export interface AccountRestores {
  readonly running?: { readonly restoreId: string; readonly since: string };
}

/** Decides on the turn, in the stream `account-restores`. */
export const accountRestores: Decider<AccountRestores, AccountRestoreEvents> = {
  initial: {},
  evolve: {
    'account.restore-started.v1': (_, { restoreId }, { meta }) => ({
      running: { restoreId, since: meta.at },
    }),
    'account.restore-ended.v1': (state, { restoreId }) =>
      state.running?.restoreId === restoreId ? {} : state,
  },
};

export const ACCOUNT_RESTORES = 'account-restores';

const accountEvent = eventsOf<AccountRestoreEvents>();

/**
 * Takes the turn. `over` is a restore that the caller has found ended, although a crash kept the turn from being given
 * back.
 */
export function takeTurn(
  { running }: AccountRestores,
  restoreId: string,
  over?: string,
): EventOf<AccountRestoreEvents>[] {
  if (running?.restoreId === restoreId) return [];
  if (running && running.restoreId !== over) throw new Refusal('restore-in-progress');
  const ended = running ? [accountEvent('account.restore-ended.v1', { restoreId: running.restoreId })] : [];
  return [...ended, accountEvent('account.restore-started.v1', { restoreId })];
}

export const endTurn = ({ running }: AccountRestores, restoreId: string): EventOf<AccountRestoreEvents>[] =>
  running?.restoreId === restoreId ? [accountEvent('account.restore-ended.v1', { restoreId })] : [];

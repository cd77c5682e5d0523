// Decisions on a restore from the recycle bin that runs as a job: requested, started, cancelled, ended.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { KeptList } from '../files/kept-list';
import { Refusal } from '../refusals';
import type { BinOutcomes, BinRestoreEvents } from './bin-restore.events';

export type RequestedBinRestore = BinRestoreEvents['binrestore.requested.v1'];

export type BinRestore =
  | { readonly status: 'none' }
  | { readonly status: 'queued' | 'running' | 'cancelling'; readonly restoreId: string }
  /** Completed, failed or cancelled. */
  | { readonly status: 'ended'; readonly refused?: KeptList };

export const noOutcomes: BinOutcomes = { restored: 0, live: 0, refused: 0 };

export const binRestore: Decider<BinRestore, BinRestoreEvents> = {
  initial: { status: 'none' },
  evolve: {
    'binrestore.requested.v1': (_, { restoreId }) => ({ status: 'queued', restoreId }),
    'binrestore.started.v1': (_, { restoreId }) => ({ status: 'running', restoreId }),
    'binrestore.cancel-requested.v1': (_, { restoreId }) => ({ status: 'cancelling', restoreId }),
    'binrestore.completed.v1': (_, { refused }) => ({ status: 'ended', ...(refused && { refused }) }),
    'binrestore.failed.v1': (_, { refused }) => ({ status: 'ended', ...(refused && { refused }) }),
    'binrestore.cancelled.v1': (_, { refused }) => ({ status: 'ended', ...(refused && { refused }) }),
  },
};

export const binRestoreStream = (restoreId: string): string => `binrestore-${restoreId}`;

const event = eventsOf<BinRestoreEvents>();
type Decided = EventOf<BinRestoreEvents>[];

export const requestBinRestore = (state: BinRestore, requested: RequestedBinRestore): Decided =>
  state.status === 'none' ? [event('binrestore.requested.v1', requested)] : [];

export const startBinRestore = (state: BinRestore): Decided =>
  state.status === 'queued' ? [event('binrestore.started.v1', { restoreId: state.restoreId })] : [];

/** A queued restore ends at once; a running one stops as soon as its job reads of it. */
export function cancelBinRestore(state: BinRestore): Decided {
  switch (state.status) {
    case 'none':
      throw new Refusal('bin-restore-unknown');
    case 'ended':
      throw new Refusal('bin-restore-ended');
    case 'cancelling':
      return [];
    case 'running':
      return [event('binrestore.cancel-requested.v1', { restoreId: state.restoreId })];
    case 'queued':
      return [event('binrestore.cancelled.v1', { restoreId: state.restoreId, outcomes: noOutcomes })];
  }
}

export type Ending = 'completed' | 'cancelled' | { readonly failed: string };

/** How far a job has come. */
export interface BinReached {
  readonly outcomes: BinOutcomes;
  readonly refused?: KeptList;
}

export function endBinRestore(state: BinRestore, ending: Ending, { outcomes, refused }: BinReached): Decided {
  if (state.status === 'none' || state.status === 'ended') return [];
  const end = { restoreId: state.restoreId, outcomes, ...(refused && { refused }) };
  if (ending === 'completed') return [event('binrestore.completed.v1', end)];
  if (ending === 'cancelled') return [event('binrestore.cancelled.v1', end)];
  return [event('binrestore.failed.v1', { ...end, reason: ending.failed })];
}

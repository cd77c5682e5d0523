// Decisions on one load: request it, start it, cancel it, end it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { KeptList } from '../files/kept-list';
import { Refusal } from '../refusals';
import type { LoadCounters, LoadEvents } from './load.events';

export type RequestedLoad = LoadEvents['backupload.requested.v1'];

export type Load =
  | { readonly status: 'none' }
  | {
      readonly status: 'queued' | 'running' | 'cancelling';
      readonly loadId: string;
      readonly dryRun: boolean;
    }
  /** Completed, failed or cancelled. */
  | { readonly status: 'ended'; readonly keeps: readonly KeptList[] };

export const nothingLoaded: LoadCounters = {
  rows: 0,
  records: {},
  mapped: 0,
  notLoaded: 0,
  valuesLeftOut: 0,
  associated: 0,
  associationErrors: 0,
  definitions: 0,
};

const ended = (_: Load, { errors, plan }: LoadEvents['backupload.completed.v1']): Load => ({
  status: 'ended',
  keeps: [...(errors ? [errors] : []), ...(plan ? [plan] : [])],
});

const moved = (load: Load, status: 'running' | 'cancelling'): Load =>
  'dryRun' in load ? { ...load, status } : load;

export const loadDecider: Decider<Load, LoadEvents> = {
  initial: { status: 'none' },
  evolve: {
    'backupload.requested.v1': (_, { loadId, options: { dryRun } }) => ({ status: 'queued', loadId, dryRun }),
    'backupload.started.v1': (load) => moved(load, 'running'),
    'backupload.cancel-requested.v1': (load) => moved(load, 'cancelling'),
    'backupload.completed.v1': ended,
    'backupload.failed.v1': ended,
    'backupload.cancelled.v1': ended,
  },
};

export const loadStream = (loadId: string): string => `backupload-${loadId}`;

const event = eventsOf<LoadEvents>();
type Decided = EventOf<LoadEvents>[];

export const requestLoad = (state: Load, requested: RequestedLoad): Decided =>
  state.status === 'none' ? [event('backupload.requested.v1', requested)] : [];

export const startLoad = (state: Load): Decided =>
  state.status === 'queued' ? [event('backupload.started.v1', { loadId: state.loadId })] : [];

/** A queued load ends at once; a running one stops as soon as its job reads of it. */
export function cancelLoad(state: Load): Decided {
  switch (state.status) {
    case 'none':
      throw new Refusal('load-unknown');
    case 'ended':
      throw new Refusal('load-ended');
    case 'cancelling':
      return [];
    case 'running':
      return [event('backupload.cancel-requested.v1', { loadId: state.loadId })];
    case 'queued':
      return [event('backupload.cancelled.v1', { loadId: state.loadId, counters: nothingLoaded })];
  }
}

export type Ending = 'completed' | 'cancelled' | { readonly failed: string };

export interface Reached {
  readonly counters: LoadCounters;
  readonly errors?: KeptList;
  readonly plan?: KeptList;
}

export function endLoad(state: Load, ending: Ending, { counters, errors, plan }: Reached): Decided {
  if (state.status === 'none' || state.status === 'ended') return [];
  const { loadId, dryRun } = state;
  const lists = { ...(errors && { errors }), ...(plan && { plan }) };
  const end = { loadId, counters, ...lists, ...(dryRun && { dryRun }) };
  if (ending === 'completed') return [event('backupload.completed.v1', end)];
  if (ending === 'cancelled') return [event('backupload.cancelled.v1', end)];
  return [event('backupload.failed.v1', { ...end, reason: ending.failed })];
}

// Decisions on a comparison: requested, made by a job, kept for a week.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { StoredFiles } from '../../jobs/stored-files';
import { Refusal } from '../../refusals';
import type { ComparisonEvents } from './comparison.events';

const LIVES_MS = 7 * 24 * 3_600_000;

export type Requested = ComparisonEvents['comparison.requested.v1'];
export type Ready = ComparisonEvents['comparison.ready.v1'];

export type Comparison =
  | { readonly status: 'none' }
  | { readonly status: 'running'; readonly comparisonId: string }
  | { readonly status: 'ready'; readonly ready: Ready }
  | { readonly status: 'withdrawn' | 'failed' | 'cancelled' };

export const comparison: Decider<Comparison, ComparisonEvents> = {
  initial: { status: 'none' },
  evolve: {
    'comparison.requested.v1': (_, { comparisonId }) => ({ status: 'running', comparisonId }),
    'comparison.ready.v1': (_, ready) => ({ status: 'ready', ready }),
    'comparison.failed.v1': () => ({ status: 'failed' }),
    'comparison.cancelled.v1': () => ({ status: 'cancelled' }),
    'comparison.withdrawn.v1': () => ({ status: 'withdrawn' }),
  },
};

export const comparisonStream = (comparisonId: string): string => `comparison-${comparisonId}`;

const event = eventsOf<ComparisonEvents>();
type Decided = EventOf<ComparisonEvents>[];

export const requestComparison = (state: Comparison, requested: Requested): Decided =>
  state.status === 'none' ? [event('comparison.requested.v1', requested)] : [];

/** No event where it was cancelled meanwhile, or another run was faster. */
export const comparisonMade = (
  state: Comparison,
  made: Omit<Ready, 'comparisonId' | 'expiresAt'>,
  at: Date,
): Decided =>
  state.status === 'running'
    ? [
        event('comparison.ready.v1', {
          comparisonId: state.comparisonId,
          ...made,
          expiresAt: new Date(at.getTime() + LIVES_MS).toISOString(),
        }),
      ]
    : [];

export const comparisonFailed = (state: Comparison, reason: string): Decided =>
  state.status === 'running'
    ? [event('comparison.failed.v1', { comparisonId: state.comparisonId, reason })]
    : [];

export function cancelComparison(state: Comparison): Decided {
  if (state.status === 'none') throw new Refusal('comparison-unknown');
  if (state.status === 'cancelled') return [];
  if (state.status !== 'running') throw new Refusal('comparison-ended');
  return [event('comparison.cancelled.v1', { comparisonId: state.comparisonId })];
}

/** Withdraws a comparison whose rows hold a record that has been erased. */
export const withdrawComparison = (state: Comparison): Decided =>
  state.status === 'ready'
    ? [event('comparison.withdrawn.v1', { comparisonId: state.ready.comparisonId })]
    : [];

/** The rows of comparisons. */
export const comparisonFiles: StoredFiles<Comparison, ComparisonEvents> = {
  folder: 'comparisons',
  extension: 'jsonl',
  decider: comparison,
  streamOf: comparisonStream,
  keeps: (state, path, now) =>
    state.status === 'running' ||
    (state.status === 'ready' &&
      path === state.ready.file &&
      Date.parse(state.ready.expiresAt) > now.getTime()),
  expire: () => [],
};

// Decisions on the job that finishes a merge which a crash has cut in two: it may give up, and is taken up again when
// the same merge is asked for anew.
import type { Decider } from '../../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import { recordStream } from '../record.vocabulary';
import type { MergeEvents } from './merge.events';

export type Merge = 'open' | 'failed';

export const mergeDecider: Decider<Merge, MergeEvents> = {
  initial: 'open',
  evolve: { 'merge.failed.v1': () => 'failed', 'merge.reopened.v1': () => 'open' },
};

export const mergeStream = (objectType: string, mergedId: string): string =>
  `merge-${recordStream(objectType, mergedId)}`;

const ev = eventsOf<MergeEvents>();

export const failMerge = (state: Merge, failed: MergeEvents['merge.failed.v1']): EventOf<MergeEvents>[] =>
  state === 'open' ? [ev('merge.failed.v1', failed)] : [];

export const reopenMerge = (
  state: Merge,
  reopened: MergeEvents['merge.reopened.v1'],
): EventOf<MergeEvents>[] => (state === 'failed' ? [ev('merge.reopened.v1', reopened)] : []);

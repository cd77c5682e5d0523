// The decider of an erasure: an event of the record begins it, then it is completed once, or given up.
import { recordStream } from '../crm/records/record.vocabulary';
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { ErasureEvents } from './erasure.events';

export const erasureStream = (objectType: string, recordId: string): string =>
  `erasure-${recordStream(objectType, recordId)}`;

export type Erasure = 'begun' | 'completed' | 'failed';

export const erasure: Decider<Erasure, ErasureEvents> = {
  initial: 'begun',
  evolve: {
    'erasure.held.v1': (state) => state,
    'erasure.completed.v1': () => 'completed',
    'erasure.failed.v1': () => 'failed',
    'erasure.reopened.v1': () => 'begun',
  },
};

const ev = eventsOf<ErasureEvents>();

export const holdErasure = (
  state: Erasure,
  held: ErasureEvents['erasure.held.v1'],
): EventOf<ErasureEvents>[] => (state === 'completed' ? [] : [ev('erasure.held.v1', held)]);

export const completeErasure = (
  state: Erasure,
  done: ErasureEvents['erasure.completed.v1'],
): EventOf<ErasureEvents>[] => (state === 'completed' ? [] : [ev('erasure.completed.v1', done)]);

export const failErasure = (
  state: Erasure,
  failed: ErasureEvents['erasure.failed.v1'],
): EventOf<ErasureEvents>[] => (state === 'begun' ? [ev('erasure.failed.v1', failed)] : []);

export const reopenErasure = (
  state: Erasure,
  reopened: ErasureEvents['erasure.reopened.v1'],
): EventOf<ErasureEvents>[] => (state === 'failed' ? [ev('erasure.reopened.v1', reopened)] : []);

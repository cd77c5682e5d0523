// An erasure: begun by the event of the record, completed once.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { ErasureEvents } from './erasure.events';

export type Erasure = 'begun' | 'completed';

export const erasure: Decider<Erasure, ErasureEvents> = {
  initial: 'begun',
  evolve: { 'erasure.completed.v1': () => 'completed' },
};

const ev = eventsOf<ErasureEvents>();

export const completeErasure = (
  state: Erasure,
  done: ErasureEvents['erasure.completed.v1'],
): EventOf<ErasureEvents>[] => (state === 'completed' ? [] : [ev('erasure.completed.v1', done)]);

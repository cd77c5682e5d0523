// Decisions on one drill: request it, end it, cancel it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { StoredFiles } from '../jobs/stored-files';
import { Refusal } from '../refusals';
import type { DrillEvents, Findings } from './drill.events';

export type RequestedDrill = DrillEvents['drill.requested.v1'];
/** How a drill has ended. */
export type Ending = Omit<DrillEvents['drill.ended.v1'], 'drillId' | 'ok'>;

export type Drill =
  | { readonly status: 'none' }
  | { readonly status: 'pending' | 'ended' | 'cancelled'; readonly drillId: string };

export const drill: Decider<Drill, DrillEvents> = {
  initial: { status: 'none' },
  evolve: {
    'drill.requested.v1': (_, { drillId }) => ({ status: 'pending', drillId }),
    'drill.ended.v1': (_, { drillId }) => ({ status: 'ended', drillId }),
    'drill.cancelled.v1': (_, { drillId }) => ({ status: 'cancelled', drillId }),
  },
};

export const drillStream = (drillId: string): string => `drill-${drillId}`;

/** A drill that is due has its id from its time: whoever else finds it due writes to the same stream. */
export const dueDrillId = (dueAt: Date): string => String(Math.floor(dueAt.getTime() / 60_000));

const ev = eventsOf<DrillEvents>();
type Decided = readonly EventOf<DrillEvents>[];

export const requestDrill = (state: Drill, requested: RequestedDrill): Decided =>
  state.status === 'none' ? [ev('drill.requested.v1', requested)] : [];

/** No event where it was cancelled meanwhile, or another run was faster. */
export const endDrill = (state: Drill, ending: Ending): Decided =>
  state.status === 'pending'
    ? [
        ev('drill.ended.v1', {
          drillId: state.drillId,
          ok: ending.reason === null && ending.differences === 0,
          ...ending,
        }),
      ]
    : [];

const nothing: Omit<Findings, 'reason'> = {
  steps: { build: null, verify: null, load: null, compare: null },
  ...{ records: 0, compared: 0, folded: 0, differences: 0, first: [] },
};

/** Ends a drill that has found nothing out. */
export const failDrill = (state: Drill, reason: string, rpoSeconds: number | null = null): Decided =>
  endDrill(state, { ...nothing, seconds: null, rpoSeconds, reason });

export function cancelDrill(state: Drill): Decided {
  if (state.status === 'none') throw new Refusal('drill-unknown');
  if (state.status === 'cancelled') return [];
  if (state.status !== 'pending') throw new Refusal('drill-ended');
  return [ev('drill.cancelled.v1', { drillId: state.drillId })];
}

/** The ZIPs of drills: no event names one, so that none outlives its drill. */
export const drillFiles: StoredFiles<Drill, DrillEvents> = {
  folder: 'drills',
  extension: 'zip',
  decider: drill,
  streamOf: drillStream,
  keeps: ({ status }) => status === 'pending',
  expire: () => [],
};

// Decisions on one incident: it is opened once, grows, and is closed; its webhook is told once.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { IncidentEvents } from './alert.events';

export const incidentStream = (incidentId: string): string => `incident-${incidentId}`;

/** Undefined: there is no such incident. */
export type Incident =
  | undefined
  | { readonly alertId: string; readonly count: number; readonly closed: boolean; readonly settled: boolean };

export const incident: Decider<Incident, IncidentEvents> = {
  initial: undefined,
  evolve: {
    'incident.opened.v1': (_, { alertId, count, webhook }) => ({
      ...{ alertId, count, closed: false, settled: !webhook },
    }),
    'incident.grown.v1': (state, { count }) => state && { ...state, count },
    'incident.closed.v1': (state, { count }) => state && { ...state, count, closed: true },
    'incident.webhook-told.v1': (state) => state && { ...state, settled: true },
    'incident.webhook-given-up.v1': (state) => state && { ...state, settled: true },
  },
};

const ev = eventsOf<IncidentEvents>();
type Decided = readonly EventOf<IncidentEvents>[];

/** What was found is found again after a crash: an incident that is there is the same one. */
export const openIncident = (state: Incident, opened: IncidentEvents['incident.opened.v1']): Decided =>
  state ? [] : [ev('incident.opened.v1', opened)];

type Counted = IncidentEvents['incident.grown.v1'];

export const growIncident = (state: Incident, counted: Counted): Decided =>
  state && !state.closed && counted.count > state.count ? [ev('incident.grown.v1', counted)] : [];

export const closeIncident = (state: Incident, counted: Counted): Decided =>
  state && !state.closed ? [ev('incident.closed.v1', counted)] : [];

export const settleWebhook = (state: Incident, incidentId: string, taken: boolean): Decided =>
  state && !state.settled
    ? [
        ev(taken ? 'incident.webhook-told.v1' : 'incident.webhook-given-up.v1', {
          ...{ incidentId, alertId: state.alertId },
        }),
      ]
    : [];

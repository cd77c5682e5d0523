// Decisions on one alert, from its creation to its end.
import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { AlertEvents, AlertRule } from './alert.events';

export const alertStream = (alertId: string): string => `alert-${alertId}`;

export type LiveAlert = AlertRule & { readonly status: 'live'; readonly alertId: string };
export type Alert = { readonly status: 'none' } | LiveAlert | { readonly status: 'deleted' };

export const alert: Decider<Alert, AlertEvents> = {
  initial: { status: 'none' },
  evolve: {
    'alert.created.v1': (_, created) => ({ ...created, status: 'live' }),
    'alert.changed.v1': (state, { changes }) =>
      state.status === 'live' ? { ...state, ...fieldsAfter(changes) } : state,
    'alert.deleted.v1': () => ({ status: 'deleted' }),
  },
};

/** The fields of an alert as a change leaves them. */
export const fieldsAfter = (changes: AlertEvents['alert.changed.v1']['changes']): Partial<AlertRule> =>
  Object.fromEntries(Object.entries(changes).map(([field, { to }]) => [field, to]));

const ev = eventsOf<AlertEvents>();
type Decided = readonly EventOf<AlertEvents>[];

/** The alert; refuses with `audit-alert-unknown` where there is none, or none any more. */
export function liveAlert(state: Alert): LiveAlert {
  if (state.status !== 'live') throw new Refusal('audit-alert-unknown');
  return state;
}

export const createAlert = (state: Alert, created: AlertEvents['alert.created.v1']): Decided =>
  state.status === 'none' ? [ev('alert.created.v1', created)] : [];

/** Something is found by a threshold or by a baseline, or by both: an alert that has neither is refused. */
export function requireSense({ threshold, baseline, kind, filter }: AlertRule): void {
  const wrong = (field: string, says: string) => {
    const message = `${field}: ${says}`;
    return new Refusal('input-invalid', { message, errors: [{ message, in: field }] });
  };
  if (threshold === null && baseline === null)
    throw wrong('threshold', 'is needed where there is no baseline');
  if (kind === 'FILTER' && !filter)
    throw wrong('filter', 'or a view is needed for an alert of the kind FILTER');
  if (kind !== 'FILTER' && filter) throw wrong('filter', 'is for alerts of the kind FILTER');
}

export function changeAlert(state: Alert, wanted: Partial<AlertRule>, addressChanges: boolean): Decided {
  const live = liveAlert(state);
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const [field, to] of Object.entries(wanted)) {
    const from = live[field as keyof AlertRule];
    const differs = !isDeepStrictEqual(from, to) || (field === 'webhook' && addressChanges);
    if (to !== undefined && differs) changes[field] = { from, to };
  }
  requireSense({ ...live, ...fieldsAfter(changes) });
  return Object.keys(changes).length > 0 ? [ev('alert.changed.v1', { alertId: live.alertId, changes })] : [];
}

export const deleteAlert = (state: Alert): Decided =>
  state.status === 'deleted' ? [] : [ev('alert.deleted.v1', { alertId: liveAlert(state).alertId })];

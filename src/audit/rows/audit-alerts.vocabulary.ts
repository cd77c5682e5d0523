// What the audit log says of alerts on it. What a filter looks for may be a customer's: rows name the parameters alone.
import type { AlertEvents, AlertRule, IncidentEvents } from '../alerts/alert.events';
import type { Described, Values } from '../audit-entry.vocabulary';
import { bookkeeping, changed, type NoRow, security } from '../audit-wording.vocabulary';

type AllAlertEvents = AlertEvents & IncidentEvents;
type Rows = {
  readonly [K in keyof AllAlertEvents]: ((data: AllAlertEvents[K]) => Described) | NoRow;
};

const namesOf = (filter: unknown) => filter && Object.keys(filter);
const shown = ({ filter, ...rest }: Partial<AlertRule>) => ({
  ...rest,
  ...(filter && { filter: namesOf(filter) }),
});

const row = (action: string, summary: string, alertId: string, changes?: Values): Described =>
  security('AUDIT_LOG', action, summary, { type: 'alerts', id: alertId }, changes);

const INCIDENT = 'what an alert finds are rows of the log, which it leads to';

export const alertRows: Rows = {
  'alert.created.v1': ({ alertId, ...rule }) =>
    row('CREATE', `Made an alert: ${rule.name}`, alertId, changed({}, shown(rule))),
  'alert.changed.v1': ({ alertId, changes: { filter, ...changes } }) => ({
    ...row('UPDATE', 'Changed an alert', alertId, {
      ...changes,
      ...(filter && { filter: { from: namesOf(filter.from), to: namesOf(filter.to) } }),
    }),
  }),
  'alert.deleted.v1': ({ alertId }) => row('DELETE', 'Deleted an alert', alertId),
  'incident.opened.v1': bookkeeping(INCIDENT),
  'incident.grown.v1': bookkeeping(INCIDENT),
  'incident.closed.v1': bookkeeping(INCIDENT),
  'incident.webhook-told.v1': bookkeeping(INCIDENT),
  'incident.webhook-given-up.v1': bookkeeping(INCIDENT),
};

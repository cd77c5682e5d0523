// Folds rows of the audit log into what the watch knows, and says which incidents they open, enlarge and end. Pure but for
// the documents, which the caller has loaded.
import { uuidsOf } from '../../../eventsourcing/event-ids';
import type { AlertRule, IncidentEvents } from '../alert.events';
import { rowsOfKind } from '../alert.vocabulary';
import { counted, overAt, type Change, type OpenIncident } from './counting';
import type { Hit } from './hits';
import { seen } from './origins';
import { hourAt, learned } from './usual-hours';
import { windowId, type AlertDoc, type OriginsDoc, type WatchState, type WindowDoc } from './watch-state';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Incidents of one alert that people are told of in an hour. */
const TOLD_AN_HOUR = 20;

const incidentIds = uuidsOf('f4b7c1de-41f3-5d0a-9a44-0c1b5de1a7a2');
const isoOf = (time: number): string => new Date(time).toISOString();

export interface Found {
  readonly alertId: string;
  readonly rule: AlertRule;
  readonly hit: Hit;
  /** Of the row: milliseconds since the epoch, position and id of its event. */
  readonly time: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly cause: { readonly correlationId: string; readonly causationId: string };
}

type Told = IncidentEvents['incident.opened.v1'];
type Grown = IncidentEvents['incident.grown.v1'];
/** What is to be appended. */
export type Signal =
  | { readonly what: 'opened'; readonly incident: Told; readonly cause: Found['cause'] }
  | { readonly what: 'grown' | 'closed'; readonly incident: Grown };

/** Of rows of a whole account that are unusual for their hour. */
const baseRows = ({ kind }: AlertRule) => (kind === 'FILTER' ? {} : rowsOfKind[kind]);

const alertDocId = (alertId: string): string => `alert/${alertId}`;
const originsId = ({ origin }: Hit): string => `origins/${origin!.key}`;
const unusualId = (alertId: string): string => windowId(alertId, 'unusual');

/** Ids of the documents that a finding looks at. */
export const documentsOf = ({ alertId, hit }: Pick<Found, 'alertId' | 'hit'>): string[] => [
  windowId(alertId, hit.rows),
  alertDocId(alertId),
  unusualId(alertId),
  ...(hit.origin ? [originsId(hit)] : []),
];

/**
 * Learns where something comes from, whether or not an alert looks for it; true where that is new.
 */
export function learnOrigin(state: WatchState, hit: Hit, time: number, position: bigint): boolean {
  const id = originsId(hit);
  if (state.hasSeen(id, position)) return false;
  const before = state.get<OriginsDoc>(id);
  const { after, isNew } = seen(before, hit.origin!.from, time, hit.origin!.learnedForMs);
  if (after !== before) state.set(id, { ...after, id, kind: 'origins' });
  return isNew;
}

export function fold(state: WatchState, found: Found): Signal[] {
  const { alertId, rule, hit, time, position, eventId } = found;
  const id = windowId(alertId, hit.rows);
  if (state.hasSeen(id, position)) return [];
  const windowMs = rule.windowMinutes * MINUTE_MS;
  const row = { time, eventId, count: hit.count, ...(hit.reset && { reset: true }) };
  const limits = {
    threshold: rule.threshold ?? Infinity,
    windowMs,
    idOf: (event: string) => incidentIds(`${alertId}/${event}/${JSON.stringify(hit.rows)}`),
  };
  const before = state.get<WindowDoc>(id);
  if (hit.reset && !before) return [];
  const { after, changes } = counted(before, row, limits);
  state.set(id, { ...after, id, kind: 'window', alertId, windowMs, until: overAt(after, windowMs) });
  const ofAlert = alertOf(state, alertId, time);
  const opens = changes.some(({ what }) => what === 'opened');
  state.set(alertDocId(alertId), {
    ...ofAlert,
    opened: ofAlert.opened + Number(opens),
    incidentAt: after.incident ? Math.max(ofAlert.incidentAt, time) : ofAlert.incidentAt,
  });
  const silent = isSilent(rule, time) || ofAlert.opened >= TOLD_AN_HOUR;
  const signals = changes.map((change) =>
    signalOf(change, found, { rows: hit.rows, by: 'threshold', silent }),
  );
  return hit.reset || hit.origin ? signals : [...signals, ...unusual(state, found)];
}

/** Everybody's rows of the alert in an hour, beside what such hours have had. */
function unusual(state: WatchState, found: Found): Signal[] {
  const { alertId, rule, hit, time, eventId } = found;
  const ofAlert = alertOf(state, alertId, time);
  const { after: usual, unusual: isUnusual } = learned(
    ofAlert.usual,
    { time, count: hit.count },
    rule.baseline,
  );
  state.set(alertDocId(alertId), { ...ofAlert, usual });
  const id = unusualId(alertId);
  const before = state.get<WindowDoc>(id);
  // What somebody is told of as one person's doing is no news as everybody's.
  const isTold = time - ofAlert.incidentAt < HOUR_MS && ofAlert.incidentAt > 0;
  if (!before?.incident) {
    if (!isUnusual || isTold) return [];
    const incident: OpenIncident = {
      id: incidentIds(`${alertId}/${eventId}/unusual`),
      ...{ count: usual.count, told: usual.count, first: usual.first, last: time },
    };
    const window = { parts: [], newest: time, incident };
    state.set(id, {
      ...window,
      id,
      kind: 'window',
      alertId,
      windowMs: HOUR_MS,
      until: overAt(window, HOUR_MS),
    });
    const silent = isSilent(rule, time) || ofAlert.opened >= TOLD_AN_HOUR;
    const told = { rows: baseRows(rule), by: 'baseline', silent } as const;
    return [signalOf({ what: 'opened', incident }, found, told)];
  }
  const limits = { threshold: Infinity, windowMs: HOUR_MS, idOf: String };
  const { after, changes } = counted(before, { time, eventId, count: hit.count }, limits);
  state.set(
    id,
    after.incident
      ? { ...after, id, kind: 'window', alertId, windowMs: HOUR_MS, until: overAt(after, HOUR_MS) }
      : undefined,
  );
  return changes.map((change) => signalOf(change, found, { rows: {}, by: 'baseline', silent: false }));
}

/** Ends windows that are over, with the incidents that are open in them. */
export function finish(state: WatchState, over: readonly WindowDoc[]): Signal[] {
  return over.flatMap(({ id, alertId, incident }): Signal[] => {
    state.set(id, undefined);
    return incident ? [{ what: 'closed', incident: grownOf(alertId, incident) }] : [];
  });
}

function alertOf(state: WatchState, alertId: string, time: number): AlertDoc {
  const id = alertDocId(alertId);
  const before = state.get<AlertDoc>(id) ?? { id, kind: 'alert', hour: 0, opened: 0, incidentAt: 0 };
  return hourAt(time) === before.hour ? before : { ...before, hour: hourAt(time), opened: 0 };
}

const isSilent = ({ snoozedUntil }: AlertRule, time: number): boolean =>
  snoozedUntil !== null && time < Date.parse(snoozedUntil);

const grownOf = (alertId: string, { id, count, last }: OpenIncident): Grown => ({
  ...{ incidentId: id, alertId, count, last: isoOf(last) },
});

function signalOf(
  { what, incident }: Change,
  { alertId, rule, cause }: Found,
  told: Pick<Told, 'rows' | 'by' | 'silent'>,
): Signal {
  const { name, kind, webhook } = rule;
  const grown = grownOf(alertId, incident);
  if (what !== 'opened') return { what, incident: grown };
  const first = isoOf(incident.first);
  const isTold = webhook !== null && !told.silent;
  return { what, incident: { ...grown, name, kind, ...told, first, webhook: isTold }, cause };
}

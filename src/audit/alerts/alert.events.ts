// Events of alerts, which say what is looked for in the audit log, and of incidents, which are what was found.

export type AlertKind =
  | 'EXPORTS'
  | 'ADMIN_REMOVED'
  | 'MASS_DELETION'
  | 'MASS_CHANGE'
  | 'FAILED_LOGINS'
  | 'NEW_COUNTRY'
  | 'NEW_NETWORK'
  | 'FILTER';
/** Whose rows are counted together: everybody's, those of each actor, of each address, or about each target. */
export type AlertPer = 'account' | 'actor' | 'ip' | 'target';

/** Parameters of `GET /audit/v1/entries`, as they are written. */
export type RowParameters = Readonly<Record<string, string>>;

/** Beside the threshold: what is unusual for an hour of the week. */
export interface AlertBaseline {
  /** So many times the most of what such hours have had. */
  readonly factor: number;
  /** Fewer rows in an hour are never unusual. */
  readonly atLeast: number;
}

export interface AlertRule {
  readonly name: string;
  readonly kind: AlertKind;
  /** Of the kind FILTER: the rows that are looked for; null for other kinds, which say it themselves. */
  readonly filter: RowParameters | null;
  /** Id of the view that the filter was copied from. */
  readonly view: string | null;
  /** Whose rows are counted together. */
  readonly per: AlertPer;
  /** Rows within the window; null: the baseline alone. */
  readonly threshold: number | null;
  readonly windowMinutes: number;
  readonly baseline: AlertBaseline | null;
  readonly enabled: boolean;
  /** ISO time up to which incidents are noted and nobody is told. */
  readonly snoozedUntil: string | null;
  /** Host of the address that is told by a webhook; the address lies in the vault. */
  readonly webhook: string | null;
}

type Sides = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** Stream `alert-<alertId>`. */
export type AlertEvents = {
  'alert.created.v1': AlertRule & { alertId: string };
  /** By field; `webhook` stands there whenever the address was changed. */
  'alert.changed.v1': { alertId: string; changes: Sides };
  'alert.deleted.v1': { alertId: string };
};

/** Stream `incident-<incidentId>`. Ids, and what the alert is called: nothing of what the rows tell. */
export type IncidentEvents = {
  'incident.opened.v1': {
    incidentId: string;
    alertId: string;
    /** What the alert was called. */
    name: string;
    kind: AlertKind;
    /** What leads to the rows, beside the alert's own filter and their time. */
    rows: RowParameters;
    by: 'threshold' | 'baseline' | 'test';
    count: number;
    /** ISO times of the first and the last of these rows. */
    first: string;
    last: string;
    /** Nobody is told: the alert was snoozed, or has found too much in an hour. */
    silent: boolean;
    webhook: boolean;
  };
  /** The count has doubled. */
  'incident.grown.v1': { incidentId: string; alertId: string; count: number; last: string };
  'incident.closed.v1': { incidentId: string; alertId: string; count: number; last: string };
  'incident.webhook-told.v1': { incidentId: string; alertId: string };
  'incident.webhook-given-up.v1': { incidentId: string; alertId: string };
};

// The kinds of alerts, whose rows they count together, and the alerts that every account begins with.
import type { AlertKind, AlertPer, AlertRule } from './alert.events';

export const alertKinds = [
  'EXPORTS',
  'ADMIN_REMOVED',
  'MASS_DELETION',
  'MASS_CHANGE',
  'FAILED_LOGINS',
  'NEW_COUNTRY',
  'NEW_NETWORK',
  'FILTER',
] as const satisfies readonly AlertKind[];

export const alertPers = ['account', 'actor', 'ip', 'target'] as const satisfies readonly AlertPer[];

/** Rows of the audit log that a kind counts, as parameters of the list; a row of another action may be looked at, too. */
export const rowsOfKind: Readonly<Record<Exclude<AlertKind, 'FILTER'>, Readonly<Record<string, string>>>> = {
  EXPORTS: { action: 'EXPORT' },
  ADMIN_REMOVED: { category: 'SECURITY_ACTIVITY', subCategory: 'PERMISSION', action: 'REVOKE' },
  MASS_DELETION: { category: 'CRM_OBJECT', action: 'DELETE' },
  MASS_CHANGE: { category: 'PROPERTY_VALUE,SENSITIVE_PROPERTY_VALUE', action: 'UPDATE' },
  FAILED_LOGINS: { category: 'LOGIN', subCategory: 'LOGIN_FAILED' },
  NEW_COUNTRY: { category: 'LOGIN', subCategory: 'LOGIN_SUCCEEDED' },
  NEW_NETWORK: {},
};

const DAY = 24 * 60;
const usual = { filter: null, view: null, enabled: true, snoozedUntil: null, webhook: null } as const;
const rule = (
  kind: Exclude<AlertKind, 'FILTER'>,
  name: string,
  threshold: number,
  windowMinutes: number,
  rest: Partial<AlertRule> = {},
): AlertRule => ({ ...usual, kind, name, threshold, windowMinutes, per: 'actor', baseline: null, ...rest });

/** The alerts that an account begins with, by their ids. */
export const firstAlerts: Readonly<Record<string, AlertRule>> = {
  exports: rule('EXPORTS', 'Many exports in a day', 10, DAY, { baseline: { factor: 4, atLeast: 10 } }),
  'admin-removed': rule('ADMIN_REMOVED', 'Super admin rights removed', 1, 60, { per: 'target' }),
  'mass-deletion': rule('MASS_DELETION', 'Many records deleted', 200, 60, {
    baseline: { factor: 4, atLeast: 100 },
  }),
  'mass-change': rule('MASS_CHANGE', 'Many records changed', 2_000, 60, {
    baseline: { factor: 4, atLeast: 1_000 },
  }),
  'failed-logins': rule('FAILED_LOGINS', 'Logins that failed in a row', 10, DAY),
  'new-country': rule('NEW_COUNTRY', 'A login from a new country', 1, DAY),
  'new-network': rule('NEW_NETWORK', 'An API key used from a new network', 1, DAY),
};

/** Bounds of what an alert may be set to. */
export const MOST_THRESHOLD = 1_000_000;
export const MOST_WINDOW_MINUTES = 7 * DAY;
export const MOST_ALERTS = 100;

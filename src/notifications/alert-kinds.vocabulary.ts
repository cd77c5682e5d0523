// The kinds of notifications of alerts on the audit log, a row each: super admins are told, each of the kinds they want.
import type { NotificationAbout } from './notification.events';

const incident = ({ alertId, incidentId }: NotificationAbout): string =>
  `/audit/v1/alerts/${alertId}/incidents/${incidentId}`;

const whose = ({ user, key, ip, targetId }: NotificationAbout): string =>
  user !== undefined
    ? `of ${user}`
    : key !== undefined
      ? `of ${key}`
      : ip !== undefined
        ? `from ${ip}`
        : targetId !== undefined
          ? `about ${targetId}`
          : 'of everybody together';

const called = ({ name, alertId }: NotificationAbout): string => `“${name ?? alertId}”`;

const row = (title: string, what: string) => ({
  title,
  says: (about: NotificationAbout): string =>
    about.by === 'test'
      ? `This is a test of the alert ${called(about)}, which looks for this: ${what}. Nothing has happened.`
      : `The alert ${called(about)} has found this: ${what}. Rows so far: ${about.count}, ${whose(about)}, since ${about.first}${about.by === 'baseline' ? ', more than is usual at this hour of the week' : ''}.`,
  path: incident,
  label: 'See what was found, and the rows of the audit log',
  forAdmins: true as const,
});

export const alertNotificationKinds = {
  ALERT_EXPORTS: row('Alert: many exports', 'many exports in a day'),
  ALERT_ADMIN_REMOVED: row(
    'Alert: super admin rights removed',
    'super admin rights were taken from somebody',
  ),
  ALERT_MASS_DELETION: row('Alert: many records deleted', 'many records were deleted'),
  ALERT_MASS_CHANGE: row('Alert: many records changed', 'many records were changed'),
  ALERT_FAILED_LOGINS: row('Alert: failed logins in a row', 'logins failed again and again'),
  ALERT_NEW_COUNTRY: row('Alert: a login from a new country', 'a login from a country that was new'),
  ALERT_NEW_NETWORK: row(
    'Alert: an API key used from a new network',
    'an API key was used from a new network',
  ),
  ALERT_FILTER: row('Alert: rows of the audit log', 'rows that the alert looks for'),
};

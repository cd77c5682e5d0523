// The kinds of notifications, a row each: what it says, where its link leads, and who is told.
import { alertNotificationKinds } from './alert-kinds.vocabulary';
import type { NotificationAbout } from './notification.events';

interface KindRow {
  readonly title: string;
  /** Of what `named` makes of it: with the names of people and keys. */
  readonly says: (about: NotificationAbout) => string;
  /** Path and label of the link. Whoever is told follows it signed in: it holds no token. */
  readonly path: (about: NotificationAbout, toldId: string) => string;
  readonly label: string;
  readonly warning?: (about: NotificationAbout) => string | undefined;
  /** Super admins are told too, whomever it concerns; `others`: they alone, without whom it concerns. */
  readonly toAdmins?: true | 'others';
  /** It concerns nobody but super admins. */
  readonly forAdmins?: true;
}

const backup = ({ backupId }: NotificationAbout) => `/backups/v1/backups/${backupId}`;
const SCHEDULE = '/backups/v1/schedule';
const restore = ({ restoreId, binRestoreId }: NotificationAbout) =>
  restoreId === undefined ? `/recycle-bin/v1/restores/${binRestoreId}` : `/restores/v1/restores/${restoreId}`;
const plan = ({ planId }: NotificationAbout) => `/restores/v1/plans/${planId}`;
const imported = ({ importId }: NotificationAbout) => `/crm/v3/imports/${importId}`;
const loaded = ({ loadId }: NotificationAbout) => `/backups/v1/loads/${loadId}`;
const exported = ({ exportId }: NotificationAbout) => `/crm/v3/exports/export/${exportId}`;

const auditExport = ({ exportId }: NotificationAbout) => `/audit/v1/exports/${exportId}`;
const AUDIT_SCHEDULES = '/audit/v1/exports/schedules';

const user = ({ userId }: NotificationAbout) => `/settings/v3/users/${userId}`;

/** Undefined where the file is known to hold no property for sensitive values. */
const sensitive = ({ sensitive }: NotificationAbout) =>
  sensitive === 'no'
    ? undefined
    : 'The file holds sensitive values: keep it as safe as the CRM itself, and do not pass it on.';
/** What `sensitive` is told of a backup. */
export const sensitivityOf = (sensitive: boolean | null): NotificationAbout =>
  sensitive === false ? { sensitive: 'no' } : {};

/** What older events do not tell is left out. */
const said = (before: string, told: string | undefined): string =>
  told === undefined ? '' : `${before}${told}`;

export const notificationKinds = {
  BACKUP_COMPLETED: {
    title: 'A backup is ready',
    says: ({ backupId, expiresAt, counts, asOf }) =>
      `Backup ${backupId}${said(' of ', asOf)} is ready${said('. It holds ', counts)}. Its file can be fetched ${expiresAt === undefined ? 'for 14 days' : `until ${expiresAt}`}.`,
    ...{ path: (about) => `${backup(about)}/file`, label: 'Fetch the file', warning: sensitive },
  },
  BACKUP_FAILED: {
    title: 'A backup failed',
    says: ({ backupId }) => `Backup ${backupId} could not be made.`,
    ...{ path: backup, label: 'See why' },
  },
  BACKUP_EXPIRING: {
    title: "A backup's file is about to be deleted",
    says: ({ backupId, expiresAt }) =>
      `The file of backup ${backupId} is deleted at ${expiresAt}. The backup stays, and its file can be built again.`,
    ...{ path: (about) => `${backup(about)}/file`, label: 'Fetch the file', warning: sensitive },
  },
  BACKUP_RUNS_MISSED: {
    title: 'Scheduled backups were missed',
    says: ({ runs, first, last }) =>
      `${runs} scheduled backups were missed, from ${first} to ${last}. One backup is being taken in their place.`,
    ...{ path: () => SCHEDULE, label: 'See the schedule', toAdmins: true },
  },
  BACKUP_RUN_REFUSED: {
    title: 'A scheduled backup was refused',
    says: ({ dueAt, reason, nextAllowedAt }) =>
      `The backup due at ${dueAt} was not taken (${reason})${nextAllowedAt === undefined ? '' : `; the next is allowed from ${nextAllowedAt}`}.`,
    ...{ path: () => SCHEDULE, label: 'See the schedule', toAdmins: true },
  },
  BACKUP_SCHEDULE_TOO_DENSE: {
    title: 'Not all scheduled backups are allowed any more',
    says: ({ quota }) =>
      `The quota allows ${quota} backups now: those that the schedule has due beyond it will be refused.`,
    ...{ path: () => SCHEDULE, label: 'Change the schedule', toAdmins: true },
  },
  LOAD_COMPLETED: {
    title: 'A load is done',
    says: ({ loadId, counts, leftOut }) =>
      `Load ${loadId} is done${said('. Brought in: ', counts)}${said('. Did not fit: ', leftOut)}.`,
    ...{ path: loaded, label: 'See what it brought in, and what did not fit' },
  },
  LOAD_FAILED: {
    title: 'A load failed',
    says: ({ loadId, counts, leftOut }) =>
      `Load ${loadId} did not come to its end${said('. Brought in until then: ', counts)}${said('. Did not fit: ', leftOut)}.`,
    ...{ path: loaded, label: 'See why, and what it brought in' },
  },
  DRILL_FAILED: {
    title: 'A drill of backups failed',
    says: ({ drillId, differences }) =>
      differences === '0'
        ? `Drill ${drillId} could not be made: nobody knows whether a backup would hold.`
        : `Drill ${drillId} has found a backup to differ from what it must hold (differences: ${differences}).`,
    ...{
      path: ({ drillId }) => `/backups/v1/drills/${drillId}`,
      label: 'See what was found',
      toAdmins: true,
      forAdmins: true,
    },
  },
  RESTORE_COMPLETED: {
    title: 'A restore is done',
    says: (about) =>
      `Restore ${about.restoreId ?? about.binRestoreId} is done${said('. Records and associations: ', about.outcomes)}.`,
    ...{ path: restore, label: 'See what it changed' },
  },
  RESTORE_FAILED: {
    title: 'A restore failed',
    says: (about) =>
      `Restore ${about.restoreId ?? about.binRestoreId} did not come to its end${said('. Records and associations until then: ', about.outcomes)}.`,
    ...{ path: restore, label: 'See why, and what it changed' },
  },
  RESTORE_APPROVAL_AWAITED: {
    title: 'A restore waits for approval',
    says: ({ planId, rows }) =>
      `Restore plan ${planId} would change ${rows} records or associations: so many that a second super admin has to approve it. Look at what it would change, then approve or reject it.`,
    ...{ path: plan, label: 'See the plan', toAdmins: 'others' },
  },
  RESTORE_APPROVED: {
    title: 'A restore was approved',
    says: ({ planId }) => `Another super admin has approved restore plan ${planId}. It can be executed now.`,
    ...{ path: plan, label: 'See the plan' },
  },
  RESTORE_REJECTED: {
    title: 'A restore was rejected',
    says: ({ planId }) => `Another super admin has rejected restore plan ${planId}.`,
    ...{ path: plan, label: 'See why' },
  },
  IMPORT_COMPLETED: {
    title: 'An import is done',
    says: ({ importId, outcomes }) => `Import ${importId} is done${said(': ', outcomes)}.`,
    ...{ path: imported, label: 'See what it changed' },
  },
  IMPORT_FAILED: {
    title: 'An import failed',
    says: ({ importId, outcomes, none }) =>
      none === undefined
        ? `Import ${importId} did not come to its end${said(': ', outcomes)}.`
        : `Import ${importId} failed: none of its ${none} rows was imported.`,
    ...{ path: imported, label: 'See why, and what it changed' },
  },
  EXPORT_COMPLETED: {
    title: 'An export is done',
    says: ({ exportId }) => `Export ${exportId} is done. Its file can be fetched for 30 days.`,
    ...{ path: (about) => `${exported(about)}/file`, label: 'Fetch the file' },
  },
  EXPORT_FAILED: {
    title: 'An export failed',
    says: ({ exportId }) => `Export ${exportId} could not be made.`,
    ...{ path: exported, label: 'See why' },
  },
  AUDIT_EXPORT_COMPLETED: {
    title: 'An export of the audit log is done',
    says: ({ exportId, expiresAt }) =>
      `Export ${exportId} of the audit log is done. Its file can be fetched until ${expiresAt}.`,
    ...{ path: (about) => `${auditExport(about)}/file`, label: 'Fetch the file', warning: sensitive },
  },
  AUDIT_EXPORT_FAILED: {
    title: 'An export of the audit log failed',
    says: ({ exportId }) => `Export ${exportId} of the audit log could not be made.`,
    ...{ path: auditExport, label: 'See why' },
  },
  AUDIT_EXPORT_RUNS_MISSED: {
    title: 'Scheduled exports of the audit log were missed',
    says: ({ runs, first, last }) =>
      `${runs} scheduled exports of the audit log were missed, from ${first} to ${last}. One export is being made in their place.`,
    ...{ path: () => AUDIT_SCHEDULES, label: 'See the schedules' },
  },
  AUDIT_EXPORT_RUN_REFUSED: {
    title: 'A scheduled export of the audit log was refused',
    says: ({ dueAt, reason }) => `The export of the audit log due at ${dueAt} was not made (${reason}).`,
    ...{ path: () => AUDIT_SCHEDULES, label: 'See the schedules' },
  },
  LOGIN_NEW_DEVICE: {
    title: 'A login from a new device or country',
    says: ({ user }) =>
      `Somebody logged in as ${user}, from a device or a country that this user had not logged in from before. If that was not the user, end the session and change the password.`,
    path: ({ sessionId, userId }, toldId) =>
      toldId === userId
        ? `/auth/v1/sessions/${sessionId}`
        : `/audit/v1/entries?category=LOGIN&userId=${userId}`,
    label: 'See the login',
    toAdmins: true,
  },
  ADMIN_GIVEN: {
    title: 'A super admin was made',
    says: ({ user }) => `There is a new super admin: ${user}.`,
    ...{ path: user, label: 'See the user', toAdmins: true },
  },
  ADMIN_TAKEN: {
    title: 'A super admin was removed',
    says: ({ user }) => `No super admin any more: ${user}.`,
    ...{ path: user, label: 'See the user', toAdmins: true },
  },
  API_KEY_CREATED: {
    title: 'An API key was made',
    says: ({ key, user }) => `The API key ${key} was made for ${user}.`,
    path: ({ keyId, userId }, toldId) =>
      toldId === userId
        ? `/auth/v1/api-keys/${keyId}`
        : `/audit/v1/entries?category=SECURITY_ACTIVITY&targetId=${keyId}`,
    label: 'See the key',
    toAdmins: true,
  },
  AUDIT_MENTION: {
    title: 'You were mentioned in a comment',
    says: () => 'Somebody has mentioned you in a comment on an entry of the audit log.',
    ...{ path: ({ commentId }) => `/audit/v1/comments/${commentId}`, label: 'See the comment' },
  },
  EMPLOYEE_LOGIN: {
    title: 'An employee of the vendor has signed in',
    says: ({ department }) =>
      `An employee of the vendor (${department}) has signed in to help. A super admin can end the session, and withdraw access for all.`,
    path: ({ sessionId }) => `/auth/v1/sessions/${sessionId}`,
    ...{ label: 'See who, and why', toAdmins: true, forAdmins: true },
  },
  ...alertNotificationKinds,
} as const satisfies Readonly<Record<string, KindRow>>;

export type NotificationKind = keyof typeof notificationKinds;
export const kindNames = Object.keys(notificationKinds) as NotificationKind[];
export const isKind = (name: string): name is NotificationKind => Object.hasOwn(notificationKinds, name);

/** The row of a kind; undefined where a later version of the product made the notification. */
export const kindRow = (kind: string): KindRow | undefined =>
  isKind(kind) ? notificationKinds[kind] : undefined;

export const channels = ['app', 'mail'] as const;
export type Channel = (typeof channels)[number];

/** Id of the document of one person's notification. */
export const notificationDocumentId = (userId: string, notificationId: string): string =>
  `${userId}/${notificationId}`;

const MOST_DEVICE = 300;

/** A device as far as its user agent tells it: without versions, so that an update makes no new device. */
export const deviceOf = (userAgent: string | undefined): string =>
  (userAgent ?? '').replace(/[/ ]?\d[\d._]*/g, '').slice(0, MOST_DEVICE);

// What the audit log says of each event: one line per event type of the product, in the words of the vocabulary.
import type { AccountEvents } from '../src/account/account.events';
import type { AccountBackupEvents, BackupEvents } from '../src/backups/backup.events';
import { findObjectType } from '../src/crm/object-types';
import type { PropertyEvents } from '../src/crm/property.events';
import type { RecordEvents } from '../src/crm/record.events';
import type { ReservationEvents } from '../src/eventsourcing/reservation.events';
import type { IdempotencyEvents } from '../src/http/idempotency.events';
import type {
  AccountAdminEvents,
  ApiKeyEvents,
  LoginEvents,
  SessionEvents,
  UserEvents,
} from '../src/identity/identity.events';
import type { AccountImportEvents, ImportEvents } from '../src/imports/import.events';
import type { AccountRestoreEvents, RestoreEvents, RestorePlanEvents } from '../src/restores/restore.events';
import type { AuditEntry } from './audit';

/** Every event of the product: a type that is missing in the table below does not compile. */
export type AuditedEvents = RecordEvents &
  PropertyEvents &
  ReservationEvents &
  IdempotencyEvents &
  UserEvents &
  AccountAdminEvents &
  AccountEvents &
  SessionEvents &
  LoginEvents &
  ApiKeyEvents &
  ImportEvents &
  AccountImportEvents &
  BackupEvents &
  AccountBackupEvents &
  RestorePlanEvents &
  RestoreEvents &
  AccountRestoreEvents;

/** What a row adds to what every event says of itself. */
export type Described = Pick<AuditEntry, 'category' | 'subCategory' | 'action' | 'summary'> &
  Partial<Pick<AuditEntry, 'target' | 'changes' | 'actor'>>;

/** The event makes no row; why. */
export interface NoRow {
  readonly none: string;
}

type Rows = {
  readonly [K in keyof AuditedEvents]: ((data: AuditedEvents[K]) => Described) | NoRow;
};
type Values = NonNullable<AuditEntry['changes']>;

const singular = (objectType: string) => findObjectType(objectType)?.singular ?? objectType;
const subCategoryOf = (objectType: string) => findObjectType(objectType)?.auditSubCategory ?? 'CUSTOM_OBJECT';

/** Set on every change: naming them tells nothing. */
const automatic = new Set([
  'hs_lastmodifieddate',
  'lastmodifieddate',
  'hs_object_id',
  'createdate',
  'hs_createdate',
]);

function recordTarget(data: { objectType: string; recordId: string }, values: Values = {}) {
  const label = values[findObjectType(data.objectType)?.displayProperty ?? '']?.to;
  return {
    type: data.objectType,
    id: data.recordId,
    ...(typeof label === 'string' && { label }),
  };
}

const crmObject = (
  data: { objectType: string; recordId: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => ({
  category: 'CRM_OBJECT',
  subCategory: subCategoryOf(data.objectType),
  action,
  target: recordTarget(data, changes),
  summary: `${verb} a ${singular(data.objectType)}`,
  ...(changes && { changes }),
});

const NAMED = 5;
function valuesChanged(data: RecordEvents['record.values-changed.v1']): Described {
  const names = Object.keys(data.changes).filter((name) => !automatic.has(name));
  const shown = names.length > 0 ? names : Object.keys(data.changes);
  const more = shown.length > NAMED ? ` and ${shown.length - NAMED} more` : '';
  return {
    category: 'PROPERTY_VALUE',
    subCategory: data.objectType,
    action: 'UPDATE',
    target: recordTarget(data, data.changes),
    summary: `Changed ${shown.slice(0, NAMED).join(', ')}${more} of a ${singular(data.objectType)}`,
    changes: data.changes,
  };
}

const made = (fields: object): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, to]) => [name, { from: null, to: to as unknown }]));

function changed(from: object, to: object): Values {
  const before = from as Record<string, unknown>;
  const after = to as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(names.map((n) => [n, { from: before[n] ?? null, to: after[n] ?? null }]));
}

const property = (
  data: { objectType: string; name: string; label?: string },
  action: string,
  verb: string,
  changes?: Values,
): Described => ({
  category: 'PROPERTY',
  subCategory: data.objectType,
  action,
  target: {
    type: 'properties',
    id: `${data.objectType}/${data.name}`,
    ...(data.label !== undefined && { label: data.label }),
  },
  summary: `${verb} the property ${data.name} of ${data.objectType}`,
  ...(changes && { changes }),
});

const security = (
  subCategory: string,
  action: string,
  summary: string,
  target: AuditEntry['target'],
  changes?: Values,
): Described => ({
  category: 'SECURITY_ACTIVITY',
  subCategory,
  action,
  summary,
  ...(target && { target }),
  ...(changes && { changes }),
});

const login = (
  subCategory: string,
  action: string,
  summary: string,
  user: { userId: string | null; email?: string },
): Described => ({
  category: 'LOGIN',
  subCategory,
  action,
  summary,
  ...(user.userId !== null && {
    target: { type: 'users', id: user.userId, ...(user.email !== undefined && { label: user.email }) },
  }),
  actor: {
    ...(user.userId !== null
      ? { type: 'user', id: user.userId, userId: user.userId }
      : { type: 'system', id: 'unknown' }),
    ...(user.email !== undefined && { email: user.email }),
  },
});

const importTarget = (data: { importId: string; name?: string }) => ({
  type: 'imports',
  id: data.importId,
  ...(data.name !== undefined && { label: data.name }),
});
const backup = (action: string, summary: string) => (data: { backupId: string }) =>
  security('BACKUP', action, summary, { type: 'backups', id: data.backupId });
const plan = (action: string, summary: string) => (data: { planId: string }) =>
  security('RESTORE', action, summary, { type: 'plans', id: data.planId });
const restore = (action: string, summary: string) => (data: { restoreId: string }) =>
  security('RESTORE', action, summary, { type: 'restores', id: data.restoreId });
const importRow = (action: string, summary: string) => (data: { importId: string; name?: string }) =>
  security('IMPORT', action, summary, importTarget(data));

const bookkeeping = (none: string): NoRow => ({ none });
const sameAct = (event: string) => bookkeeping(`the same act has its row: ${event}`);
const REQUEST_TELLS = 'the request has its row, and its end has one; a crash would repeat this one';

/**
 * The request is the person's act and carries the verb; how a job ended is an UPDATE of it.
 */
export const auditRows: Rows = {
  'record.created.v1': (e) => crmObject(e, 'CREATE', 'Created', e.changes),
  'record.values-changed.v1': valuesChanged,
  'record.archived.v1': (e) => crmObject(e, 'ARCHIVE', 'Archived'),
  'record.unarchived.v1': (e) => crmObject(e, 'RESTORE', 'Brought back'),
  'record.fenced.v1': bookkeeping('changes nothing of the record'),
  'reservation.taken.v1': bookkeeping('the record that holds the value has its own row'),
  'reservation.released.v1': bookkeeping('the record that held the value has its own row'),
  'idempotency.accepted.v1': bookkeeping('remembers a request; what the request did has its own rows'),

  'property.created.v1': ({ objectType, definition }) =>
    property({ objectType, ...definition }, 'CREATE', 'Created', made(definition)),
  'property.changed.v1': (e) => property(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'property.archived.v1': (e) => property(e, 'ARCHIVE', 'Archived'),
  'property.recreated.v1': ({ objectType, definition }) =>
    property({ objectType, ...definition }, 'CREATE', 'Created again', made(definition)),

  'user.created.v1': (e) =>
    security(
      'USER',
      'CREATE',
      e.superAdmin ? 'Created a super admin' : 'Created a user',
      { type: 'users', id: e.userId, label: e.email },
      made({ email: e.email, superAdmin: e.superAdmin }),
    ),
  'account.opened.v1': bookkeeping('nobody did it: the first start'),
  'account.first-admin-made.v1': sameAct('user.created.v1'),
  'user.two-factor-enabled.v1': (e) =>
    security('TWO_FACTOR', 'ENABLE', 'Turned on two-factor authentication', { type: 'users', id: e.userId }),
  'user.two-factor-disabled.v1': (e) =>
    security('TWO_FACTOR', 'DISABLE', 'Turned off two-factor authentication', {
      type: 'users',
      id: e.userId,
    }),

  'session.started.v1': (e) => login('LOGIN_SUCCEEDED', 'LOGIN', 'Logged in', e),
  'session.ended.v1': (e) =>
    e.reason === 'logout'
      ? login('LOGOUT', 'LOGOUT', 'Logged out', { userId: e.userId })
      : security('SESSION', 'REVOKE', 'Ended a session', { type: 'sessions', id: e.sessionId }),
  'login.failed.v1': (e) => login('LOGIN_FAILED', 'LOGIN', `Failed to log in: ${e.reason}`, e),
  'apikey.created.v1': (e) =>
    security(
      'API_KEY',
      'CREATE',
      'Created an API key',
      { type: 'api-keys', id: e.keyId, label: e.name },
      made({ name: e.name, scopes: e.scopes }),
    ),
  'apikey.revoked.v1': (e) =>
    security('API_KEY', 'REVOKE', 'Revoked an API key', { type: 'api-keys', id: e.keyId }),

  'import.requested.v1': importRow('IMPORT', 'Started an import'),
  'import.started.v1': bookkeeping(REQUEST_TELLS),
  'import.cancel-requested.v1': importRow('UPDATE', 'Asked for an import to be cancelled'),
  'import.completed.v1': importRow('UPDATE', 'An import is done'),
  'import.failed.v1': importRow('UPDATE', 'An import failed'),
  'import.cancelled.v1': importRow('UPDATE', 'An import stopped, cancelled'),
  'account.import-block-taken.v1': sameAct('import.requested.v1'),

  'backup.requested.v1': backup('CREATE', 'Asked for a backup'),
  'backup.started.v1': bookkeeping(REQUEST_TELLS),
  'backup.completed.v1': backup('UPDATE', 'A backup is ready'),
  'backup.failed.v1': backup('UPDATE', 'A backup failed'),
  'backup.cancelled.v1': backup('UPDATE', 'Cancelled a backup'),
  'backup.rebuild-requested.v1': backup('RUN', 'Asked for a backup to be built again'),
  'backup.file-expired.v1': backup('DELETE', "Deleted a backup's file, its time being over"),
  'backup.downloaded.v1': backup('DOWNLOAD', 'Downloaded a backup'),
  'account.backup-allowed.v1': sameAct('backup.requested.v1'),

  'restoreplan.requested.v1': plan('CREATE', 'Asked for a restore plan'),
  'restoreplan.ready.v1': bookkeeping('what the request leads to; the request has its row'),
  'restoreplan.failed.v1': plan('UPDATE', 'A restore plan failed'),
  'restoreplan.cancelled.v1': plan('UPDATE', 'Cancelled a restore plan'),
  'restoreplan.executed.v1': sameAct('restore.requested.v1'),
  'restore.requested.v1': restore('RESTORE', 'Started a restore'),
  'restore.started.v1': bookkeeping(REQUEST_TELLS),
  'restore.cancel-requested.v1': restore('UPDATE', 'Asked for a restore to be cancelled'),
  'restore.completed.v1': restore('UPDATE', 'A restore is done'),
  'restore.failed.v1': restore('UPDATE', 'A restore failed'),
  'restore.cancelled.v1': restore('UPDATE', 'A restore stopped, cancelled'),
  'restore.abandoned.v1': bookkeeping('nothing came of it: the restore was never requested'),
  'account.restore-started.v1': sameAct('restore.requested.v1'),
  'account.restore-ended.v1': sameAct('restore.completed.v1, restore.failed.v1 or restore.cancelled.v1'),
};

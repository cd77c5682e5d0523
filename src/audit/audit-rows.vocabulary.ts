// What the audit log says of each event: one line for each event type, in the words of the taxonomy.
import type { AccountEvents } from '../account/account.events';
import type { AssociationEvents } from '../crm/associations/association.events';
import type { AssociationTypeEvents } from '../crm/associations/types/association-type.events';
import type { PipelineEvents } from '../crm/pipelines/pipeline.events';
import type { PropertyGroupEvents } from '../crm/properties/groups/property-group.events';
import type { PropertyEvents } from '../crm/properties/property.events';
import type { MergeEvents } from '../crm/records/merges/merge.events';
import type { RecordEvents } from '../crm/records/record.events';
import type { SchemaEvents } from '../crm/schemas/schema.events';
import type { ErasureEvents } from '../erasures/erasure.events';
import type { IdEvents } from '../eventsourcing/id.events';
import type { ReservationEvents } from '../eventsourcing/reservation.events';
import type { IdempotencyEvents } from '../http/idempotency.events';
import type { ApiKeyEvents, LoginEvents, RefusedEvents, SessionEvents } from '../identity/identity.events';
import type { MailEvents } from '../mail/mail.events';
import type {
  AccountNotificationEvents,
  NotificationBoxEvents,
  NotificationEvents,
} from '../notifications/notification.events';
import { comparisonRows } from '../time-travel/comparisons/comparison-audit.vocabulary';
import type { ComparisonEvents } from '../time-travel/comparisons/comparison.events';
import { association, typeArchived, typeDefined, typeRelabelled } from './rows/audit-associations.vocabulary';
import {
  bookkeeping,
  changed,
  crmObject,
  erasing,
  employeeLogin,
  login,
  made,
  MAIL_TELLS,
  type NoRow,
  objectDefinition,
  pipeline,
  property,
  propertyGroup,
  stage,
  times,
  refusedAccess,
  READ_TELLS,
  singular,
  security,
  valuesChanged,
} from './audit-wording.vocabulary';
import type { Described } from './audit-entry.vocabulary';
import { peopleRows, type PeopleEvents } from './rows/audit-people.vocabulary';
import { backupRows, type AllBackupEvents } from './rows/audit-backups.vocabulary';
import { transferRows, type TransferEvents } from './rows/audit-transfers.vocabulary';
import { auditExportRows, type AllAuditExportEvents } from './rows/audit-exports.vocabulary';
import { webhookRows } from './rows/audit-webhooks.vocabulary';
import { auditLogRows, type AuditLogEvents } from './rows/audit-log.vocabulary';
import { recoveryRows, type RecoveryEvents } from './rows/audit-recovery.vocabulary';
import type { WebhookEvents } from '../webhooks/webhook.events';

/** Every event of the product: an event type that the table below lacks does not compile. */
export type AuditedEvents = RecordEvents &
  MergeEvents &
  PropertyEvents &
  PropertyGroupEvents &
  PipelineEvents &
  SchemaEvents &
  AssociationEvents &
  AssociationTypeEvents &
  ReservationEvents &
  IdEvents &
  IdempotencyEvents &
  PeopleEvents &
  AccountEvents &
  SessionEvents &
  LoginEvents &
  RefusedEvents &
  ApiKeyEvents &
  TransferEvents &
  AllBackupEvents &
  AllAuditExportEvents &
  ErasureEvents &
  RecoveryEvents &
  ComparisonEvents &
  MailEvents &
  NotificationEvents &
  NotificationBoxEvents &
  AccountNotificationEvents &
  WebhookEvents &
  AuditLogEvents;

type Rows = {
  readonly [K in keyof AuditedEvents]: ((data: AuditedEvents[K]) => Described) | NoRow;
};

/** The table of rows. A request is the person's act and has the verb; the end of its job is an UPDATE. */
export const auditRows: Rows = {
  'record.created.v1': (e) => crmObject(e, 'CREATE', 'Created', e.changes),
  'record.values-changed.v1': valuesChanged,
  'record.archived.v1': (e) => crmObject(e, 'DELETE', 'Deleted'),
  'record.unarchived.v1': (e) => crmObject(e, 'RESTORE', 'Brought back'),
  'record.fenced.v1': bookkeeping('changes nothing of the record'),
  'record.merged.v1': (e) => crmObject(e, 'MERGE', 'Merged another record into', e.changes),
  'record.merged-into.v1': (e) => crmObject(e, 'MERGE', 'Merged into another record'),
  'record.erasure-requested.v1': (e) =>
    erasing(e, 'REQUEST', `Asked for a ${singular(e.objectType)} to be erased, due ${e.dueAt}`),
  'record.erasure-cancelled.v1': (e) =>
    erasing(e, 'RESTORE', `Brought back a ${singular(e.objectType)}, its erasure cancelled`),
  'record.erased.v1': (e) => erasing(e, 'DELETE', `Erased a ${singular(e.objectType)}`),
  'record.purged.v1': (e) => crmObject(e, 'PURGE', 'Purged'),
  'record.recreated.v1': (e) => crmObject(e, 'RESTORE', 'Brought back after its purge', e.changes),
  'reservation.taken.v1': bookkeeping('the record that holds the value has its own row'),
  'reservation.released.v1': bookkeeping('the record that held the value has its own row'),
  'account.id-block-taken.v1': bookkeeping('what is made under the ids has its own rows'),
  'account.ids-passed.v1': bookkeeping('what was brought in under the ids has its own rows'),
  'idempotency.accepted.v1': bookkeeping('remembers a request; what the request did has its own rows'),

  'property.created.v1': ({ objectType, definition }) =>
    property({ objectType, ...definition }, 'CREATE', 'Created', made(definition)),
  'property.changed.v1': (e) => property(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'property.archived.v1': (e) => property(e, 'ARCHIVE', 'Archived'),
  'property.recreated.v1': ({ objectType, definition }) =>
    property({ objectType, ...definition }, 'CREATE', 'Created again', made(definition)),
  'pipeline.created.v1': (e) =>
    pipeline(
      { ...e, pipelineId: e.pipeline.id, label: e.pipeline.label },
      'CREATE',
      'Created',
      made(e.pipeline),
    ),
  'pipeline.changed.v1': (e) => pipeline(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'pipeline.archived.v1': (e) => pipeline(e, 'ARCHIVE', 'Archived'),
  'pipeline.unarchived.v1': (e) => pipeline(e, 'RESTORE', 'Brought back'),
  'pipeline.stage-created.v1': (e) =>
    stage({ ...e, stageId: e.stage.id, label: e.stage.label }, 'CREATE', 'Created', made(e.stage)),
  'pipeline.stage-changed.v1': (e) => stage(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'pipeline.stage-archived.v1': (e) => stage(e, 'ARCHIVE', 'Archived'),
  'pipeline.stage-unarchived.v1': (e) => stage(e, 'RESTORE', 'Brought back'),

  'propertygroup.created.v1': ({ objectType, group }) =>
    propertyGroup({ objectType, ...group }, 'CREATE', 'Created', made(group)),
  'propertygroup.changed.v1': (e) => propertyGroup(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'propertygroup.archived.v1': (e) => propertyGroup(e, 'ARCHIVE', 'Archived'),

  'schema.created.v1': ({ schema }) => objectDefinition(schema, 'CREATE', 'Created', made(schema)),
  'schema.changed.v1': (e) => objectDefinition(e, 'UPDATE', 'Changed', changed(e.from, e.to)),
  'schema.archived.v1': (e) => objectDefinition(e, 'ARCHIVE', 'Archived'),
  'schema.recreated.v1': ({ schema }) => objectDefinition(schema, 'CREATE', 'Created again', made(schema)),
  'association.created.v1': association,
  'association.changed.v1': association,
  'association.removed.v1': association,
  'associationtype.defined.v1': typeDefined,
  'associationtype.relabelled.v1': typeRelabelled,
  'associationtype.archived.v1': typeArchived,

  ...peopleRows,
  'account.opened.v1': bookkeeping('nobody did it: the first start'),
  'account.subscription-changed.v1': ({ accountId, from, to }) => ({
    ...{ category: 'SETTINGS', subCategory: 'SUBSCRIPTION', action: 'UPDATE' },
    target: { type: 'accounts', id: accountId },
    summary: 'Changed the subscription',
    changes: changed(from, to),
  }),
  'account.security-changed.v1': ({ accountId, from, to }) =>
    security(
      'TWO_FACTOR',
      to.require2fa ? 'ENABLE' : 'DISABLE',
      to.require2fa ? 'Required a second factor of everybody' : 'Required a second factor of nobody',
      { type: 'accounts', id: accountId },
      changed(from, to),
    ),
  'account.guardrails-changed.v1': ({ accountId, from, to }) =>
    security(
      ...(['RESTORE', 'UPDATE', 'Changed from how many rows a restore needs a second super admin'] as const),
      ...([{ type: 'accounts', id: accountId }, changed(from, to)] as const),
    ),
  'session.started.v1': (e) => login('LOGIN_SUCCEEDED', 'LOGIN', 'Logged in', e),
  'session.employee-started.v1': (e) =>
    employeeLogin('EMPLOYEE_LOGIN', 'LOGIN', 'An employee of the vendor logged in', e, {
      ...{ name: e.name, email: e.email, department: e.department, reason: e.reason, expiresAt: e.expiresAt },
    }),
  'session.employee-ended.v1': (e) =>
    e.reason === 'logout'
      ? employeeLogin('LOGOUT', 'LOGOUT', 'An employee of the vendor logged out', e)
      : security(
          'SESSION',
          'REVOKE',
          e.reason === 'revoked'
            ? 'Ended a session of an employee of the vendor'
            : 'Ended a session of an employee of the vendor: access was withdrawn',
          { type: 'sessions', id: e.sessionId },
        ),
  'login.employee-failed.v1': (e) =>
    employeeLogin(
      'LOGIN_FAILED',
      'LOGIN',
      `An employee of the vendor failed to log in${times(e)}: ${e.reason}`,
      e,
    ),
  'session.stepped-up.v1': (e) =>
    security('SESSION', 'GRANT', `Proved again who they are: ${e.by}`, { type: 'sessions', id: e.sessionId }),
  'session.ended.v1': (e) =>
    e.reason === 'logout'
      ? login('LOGOUT', 'LOGOUT', 'Logged out', { userId: e.userId })
      : security('SESSION', 'REVOKE', 'Ended a session', { type: 'sessions', id: e.sessionId }),
  'login.failed.v2': (e) => login('LOGIN_FAILED', 'LOGIN', `Failed to log in${times(e)}: ${e.reason}`, e),
  'access.refused.v1': refusedAccess,
  'apikey.created.v1': (e) =>
    security(
      'API_KEY',
      'CREATE',
      'Created an API key',
      { type: 'api-keys', id: e.keyId, label: e.name },
      made({
        ...{ name: e.name, scopes: e.scopes },
        ...(e.expiresAt && { expiresAt: e.expiresAt }),
        ...(e.allowedIps && { allowedIps: e.allowedIps }),
      }),
    ),
  'apikey.rotated.v1': (e) =>
    security(
      'API_KEY',
      'UPDATE',
      'Gave an API key another token',
      { type: 'api-keys', id: e.keyId },
      made({ previousUntil: e.previousUntil }),
    ),
  'apikey.changed.v1': ({ keyId, from, to }) =>
    security(
      'API_KEY',
      'UPDATE',
      'Changed an API key',
      { type: 'api-keys', id: keyId, label: to.name },
      changed(from, to),
    ),
  'apikey.revoked.v1': (e) =>
    security('API_KEY', 'REVOKE', 'Revoked an API key', { type: 'api-keys', id: e.keyId }),

  ...transferRows,
  ...backupRows,

  ...auditExportRows,

  ...recoveryRows,

  'merge.failed.v1': (e) => crmObject(e, 'UPDATE', 'Could not finish merging'),
  'merge.reopened.v1': (e) => crmObject(e, 'RUN', 'Asked again to finish merging'),
  'erasure.held.v1': (e) =>
    erasing(e, 'UPDATE', `Due to be erased, a ${singular(e.objectType)} waits: a legal hold covers it`),
  'erasure.failed.v1': (e) => erasing(e, 'UPDATE', `Could not finish erasing a ${singular(e.objectType)}`),
  'erasure.reopened.v1': (e) =>
    erasing(e, 'RUN', `Asked again to finish erasing a ${singular(e.objectType)}`),
  'erasure.completed.v1': bookkeeping('what the erasure leads to; the erasure has its row'),

  ...webhookRows,
  ...comparisonRows,
  ...auditLogRows,

  'account.notifications-begun.v1': bookkeeping('nobody did it: the first start'),
  'notification.made.v1': bookkeeping('what is told of has its row'),
  'notification.read.v1': bookkeeping(READ_TELLS),
  'notificationbox.read.v1': bookkeeping(READ_TELLS),
  'notificationbox.preferences-changed.v1': ({ userId, changes }) => ({
    ...{ category: 'SETTINGS', subCategory: 'NOTIFICATION', action: 'UPDATE' },
    summary: 'Changed what they are told of',
    target: { type: 'users', id: userId },
    changes,
  }),
  'mail.queued.v1': bookkeeping(MAIL_TELLS),
  'mail.delayed.v1': bookkeeping(MAIL_TELLS),
  'mail.sent.v1': bookkeeping(MAIL_TELLS),
  'mail.failed.v1': bookkeeping(MAIL_TELLS),
  'mail.dropped.v1': bookkeeping(MAIL_TELLS),
};

/** All that an event tells, including values; undefined for an event that makes no entry. */
export function auditEventOf(event: {
  readonly type: string;
  readonly data: unknown;
}): Described | undefined {
  const row = (auditRows as Record<string, unknown>)[event.type];
  return typeof row === 'function' ? (row as (data: unknown) => Described)(event.data) : undefined;
}

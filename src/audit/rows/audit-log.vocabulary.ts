// What the audit log says of itself: of views on it, alerts and comments to it, of what others report to it,
// of how long it is kept, of who signs it, and of where it is streamed to.
import type { AlertEvents, IncidentEvents } from '../alerts/alert.events';
import type { AuditCommentEvents } from '../comments/comment.events';
import type { ActivityEvents } from '../intake/activity.events';
import type { AuditStreamEvents } from '../streams/stream.events';
import type { AuditViewEvents } from '../views/view.events';
import { alertRows } from './audit-alerts.vocabulary';
import { reportedRow } from './audit-activities.vocabulary';
import { integrityRows, type IntegrityEvents } from './audit-integrity.vocabulary';
import { commentRows } from './audit-comments.vocabulary';
import { retentionRows, type AllRetentionEvents } from './audit-retention.vocabulary';
import { auditStreamRows } from './audit-streams.vocabulary';
import { viewRows } from './audit-views.vocabulary';

export type AuditLogEvents = AuditViewEvents &
  AuditCommentEvents &
  ActivityEvents &
  AllRetentionEvents &
  IntegrityEvents &
  AuditStreamEvents &
  AlertEvents &
  IncidentEvents;

export const auditLogRows = {
  ...viewRows,
  ...alertRows,
  ...commentRows,
  'activity.reported.v1': reportedRow,
  ...retentionRows,
  ...integrityRows,
  ...auditStreamRows,
};

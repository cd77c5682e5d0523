// The list of all projections that the projector runs. The only barrel of the repository.
import { alerts } from './audit/alerts';
import { apiKeys } from './api-keys';
import { associations } from './crm/associations';
import { associationSteps } from './crm/association-steps';
import { audit } from './audit/audit';
import { auditCounts } from './audit/audit-counts';
import { auditExportSchedules } from './audit/audit-export-schedules';
import { auditExports } from './audit/audit-exports';
import { auditHours } from './audit/audit-hours';
import { auditThreads } from './audit/audit-threads';
import { auditViews } from './audit/audit-views';
import { auditStreams } from './audit/audit-streams';
import { backups } from './backups';
import { commentedEntries } from './audit/commented-entries';
import { binRestores } from './bin-restores';
import { comparisons } from './time-travel/comparisons';
import { drills } from './drills';
import { employees } from './identity/employees';
import { exportList } from './exports';
import { erasures } from './erasures';
import { incidents } from './audit/incidents';
import { imports } from './imports';
import { loads } from './transfers/loads';
import { mails } from './mails';
import { merges } from './crm/merges';
import type { AnyProjection } from './projection';
import { purgedRows } from './audit/purged-rows';
import { purges } from './audit/purges';
import { properties } from './crm/properties';
import { records } from './crm/records';
import { happenings } from './notifications/happenings';
import { notifications } from './notifications/notifications';
import { signIns } from './notifications/sign-ins';
import { restorePlans } from './restore-plans';
import { restores } from './restores';
import { schemas } from './crm/schemas';
import { sessions } from './identity/sessions';
import { teamMembers } from './team-members';
import { timeIndex } from './time-index';
import { users } from './users';
import { webhooks } from './webhooks';

export const projections: readonly AnyProjection[] = [
  timeIndex,
  records,
  merges,
  erasures,
  associations,
  associationSteps,
  properties,
  schemas,
  audit,
  auditHours,
  auditViews,
  auditCounts,
  auditThreads,
  commentedEntries,
  purges,
  purgedRows,
  auditExports,
  auditExportSchedules,
  alerts,
  incidents,
  backups,
  drills,
  binRestores,
  imports,
  loads,
  exportList,
  restorePlans,
  restores,
  comparisons,
  users,
  teamMembers,
  sessions,
  employees,
  apiKeys,
  happenings,
  signIns,
  notifications,
  mails,
  webhooks,
  auditStreams,
];

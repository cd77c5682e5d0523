// What the audit log says of restores: their plans, who approved these, and restores from the recycle bin.
import type { BinRestoreEvents } from '../../recycle-bin/bin-restore.events';
import type { AccountRestoreEvents, RestoreEvents, RestorePlanEvents } from '../../restores/restore.events';
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, type NoRow, REQUEST_TELLS, sameAct, security } from '../audit-wording.vocabulary';

export type RecoveryEvents = BinRestoreEvents & RestorePlanEvents & RestoreEvents & AccountRestoreEvents;

type Rows = {
  readonly [K in keyof RecoveryEvents]: ((data: RecoveryEvents[K]) => Described) | NoRow;
};

const plan = (action: string, summary: string) => (data: { planId: string }) =>
  security('RESTORE', action, summary, { type: 'plans', id: data.planId });
const restore = (action: string, summary: string) => (data: { restoreId: string }) =>
  security('RESTORE', action, summary, { type: 'restores', id: data.restoreId });
const startedRestore = ({ restoreId, approval }: RestoreEvents['restore.requested.v1']): Described => {
  if (!approval) return restore('RESTORE', 'Started a restore')({ restoreId });
  const how =
    approval.kind === 'second'
      ? 'that a second super admin had approved'
      : 'above the threshold of the account: there was no second super admin';
  const by = approval.kind === 'second' ? { approvedBy: approval.by } : {};
  return {
    ...restore('RESTORE', `Started a restore ${how}`)({ restoreId }),
    changes: made({ reason: approval.reason, ...by }),
  };
};
const binRestore = (action: string, summary: string) => (data: { restoreId: string }) =>
  security('RESTORE', action, summary, { type: 'bin-restores', id: data.restoreId });

export const recoveryRows: Rows = {
  'binrestore.requested.v1': binRestore('RESTORE', 'Started a restore from the recycle bin'),
  'binrestore.started.v1': bookkeeping(REQUEST_TELLS),
  'binrestore.cancel-requested.v1': binRestore(
    'UPDATE',
    'Asked for a restore from the recycle bin to be cancelled',
  ),
  'binrestore.completed.v1': binRestore('UPDATE', 'A restore from the recycle bin is done'),
  'binrestore.failed.v1': binRestore('UPDATE', 'A restore from the recycle bin failed'),
  'binrestore.cancelled.v1': binRestore('UPDATE', 'A restore from the recycle bin stopped, cancelled'),

  'restoreplan.requested.v1': plan('CREATE', 'Asked for a restore plan'),
  'restoreplan.approval-asked.v1': (e) => ({
    ...plan('UPDATE', 'A restore plan waits for the approval of a second super admin')(e),
    changes: made({ rows: e.rows, threshold: e.threshold }),
  }),
  'restoreplan.approved.v1': (e) => ({
    ...plan('APPROVE', 'Approved a restore plan')(e),
    changes: made({ reason: e.reason }),
  }),
  'restoreplan.rejected.v1': (e) => ({
    ...plan('REJECT', 'Rejected a restore plan')(e),
    changes: made({ reason: e.reason }),
  }),
  'restoreplan.ready.v1': bookkeeping('what the request leads to; the request has its row'),
  'restoreplan.failed.v1': plan('UPDATE', 'A restore plan failed'),
  'restoreplan.cancelled.v1': plan('UPDATE', 'Cancelled a restore plan'),
  'restoreplan.withdrawn.v1': plan('DELETE', 'Withdrew a restore plan: a record in it has been erased'),
  'restoreplan.executed.v1': sameAct('restore.requested.v1'),
  'restore.requested.v1': startedRestore,
  'restore.started.v1': bookkeeping(REQUEST_TELLS),
  'restore.cancel-requested.v1': restore('UPDATE', 'Asked for a restore to be cancelled'),
  'restore.completed.v1': restore('UPDATE', 'A restore is done'),
  'restore.failed.v1': restore('UPDATE', 'A restore failed'),
  'restore.cancelled.v1': restore('UPDATE', 'A restore stopped, cancelled'),
  'restore.abandoned.v1': bookkeeping('nothing came of it: the restore was never requested'),
  'account.restore-started.v1': sameAct('restore.requested.v1'),
  'account.restore-ended.v1': sameAct('restore.completed.v1, restore.failed.v1 or restore.cancelled.v1'),
};

// What whoever plans, approves or carries out a restore may be refused with: rows of the table of refusals.
import { conflict, invalid, notFound, row } from '../supervision/refusal-row.vocabulary';

export const restoreRefusals = {
  'restore-plan-unknown': notFound('No such restore plan'),
  'undo-cause-unknown': notFound('There is no such import, restore, key, user or row', 'UNDO_CAUSE_UNKNOWN'),
  'restore-backup-unknown': notFound('No such backup'),
  'restore-plan-not-ready': conflict(
    'The restore plan is not ready: it is still being made, or it failed or was cancelled',
    'PLAN_NOT_READY',
  ),
  'restore-plan-not-planning': conflict(
    'The restore plan is not being made any more: there is nothing to cancel',
  ),
  'restore-plan-expired': conflict(
    'The restore plan has expired, 24 h after it was made: make a new one',
    'PLAN_EXPIRED',
  ),
  'restore-plan-withdrawn': conflict(
    'A record in the restore plan has been erased: make a new plan',
    'PLAN_WITHDRAWN',
  ),
  'restore-plan-executed': conflict(
    'The restore plan has been executed before: make a new one',
    'PLAN_EXECUTED',
  ),
  'restore-plan-rejected': conflict(
    'Another super admin has rejected the restore plan: make a new one',
    'PLAN_REJECTED',
  ),
  'approval-required': conflict(
    'The restore plan has so many rows that another super admin has to approve it first',
    'APPROVAL_REQUIRED',
  ),
  'approval-not-needed': conflict(
    'The restore plan needs no approval: it has no more rows than the threshold of the account',
    'APPROVAL_NOT_NEEDED',
  ),
  'approval-own-plan': row(
    403,
    'FORBIDDEN',
    'Nobody approves or rejects a plan of their own, or of an API key of theirs',
    'OWN_PLAN',
  ),
  'restore-not-confirmed': invalid(
    'Executing a restore needs both confirmations, and a reason where there is no second super admin',
  ),
  'restore-in-progress': conflict('Another restore is running: one at a time', 'RESTORE_IN_PROGRESS'),
  'restore-unknown': notFound('No such restore'),
  'restore-ended': conflict('The restore has ended'),
  'bin-restore-unknown': notFound('No such restore from the recycle bin'),
  'bin-restore-ended': conflict('The restore from the recycle bin has ended'),
};

// Restore plans: what was requested, what came out, and whether it was executed. The rows themselves are in a file.
import type {
  PlanSummary,
  RestoreModes,
  RestorePlanEvents,
  RestoreSelection,
} from '../src/restores/restore.events';
import type { Meta } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

/** EXPIRED is missing here: no event says it, it is judged by time when a plan is read. */
export type PlanStatus =
  'PLANNING' | 'READY' | 'AWAITING_APPROVAL' | 'REJECTED' | 'EXECUTED' | 'FAILED' | 'CANCELLED';

/** Of a plan with more rows than the threshold of the account. */
export interface PlanApproval {
  /** NO_SECOND: when the plan was made there was no other super admin, so that its execution asks for a reason. */
  readonly status: 'AWAITED' | 'APPROVED' | 'REJECTED' | 'NO_SECOND';
  readonly threshold?: number;
  /** Who approved or rejected it: a user's id. */
  readonly by?: string;
  readonly reason?: string;
  readonly at?: string;
}

export interface RestorePlanDocument extends Doc {
  readonly status: PlanStatus;
  readonly source: RestorePlanEvents['restoreplan.requested.v1']['source'];
  readonly after?: string;
  readonly upTo?: string;
  readonly position: string;
  readonly madeAt: string;
  readonly objects: readonly RestoreSelection[];
  readonly modes: RestoreModes;
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly summary?: PlanSummary;
  readonly file?: string;
  readonly rows?: number;
  readonly sha256?: string;
  readonly expiresAt?: string;
  readonly approval?: PlanApproval;
  readonly restoreId?: string;
  /** True where a record in the plan has been erased: unless the plan was executed before, it counts as EXPIRED. */
  readonly withdrawn?: true;
  readonly error?: string;
}

const judged = (id: string, status: 'APPROVED' | 'REJECTED', reason: string, { actor, at }: Meta) => ({
  id,
  change: (plan: RestorePlanDocument | undefined) =>
    plan && {
      ...plan,
      status: status === 'APPROVED' ? ('READY' as const) : status,
      approval: { ...plan.approval, status, by: actor.userId ?? actor.id, reason, at },
    },
});

export const restorePlans: Projection<RestorePlanDocument, RestorePlanEvents> = {
  name: 'restore-plans',
  version: 4,
  indexes: [['status'], ['requestedAt']],
  on: {
    'restoreplan.requested.v1': ({ planId, ...requested }, { meta }) => ({
      id: planId,
      put: {
        status: 'PLANNING',
        ...requested,
        requestedAt: meta.at,
        requestedBy: meta.actor.userId ?? null,
      },
    }),
    'restoreplan.ready.v1': ({ planId, alone, ...ready }) => ({
      id: planId,
      patch: {
        ...{ status: 'READY', ...ready },
        ...(alone && { approval: { status: 'NO_SECOND', threshold: alone.threshold } }),
      },
    }),
    'restoreplan.approval-asked.v1': ({ planId, threshold }) => ({
      id: planId,
      patch: { status: 'AWAITING_APPROVAL', approval: { status: 'AWAITED', threshold } },
    }),
    'restoreplan.approved.v1': ({ planId, reason }, { meta }) => judged(planId, 'APPROVED', reason, meta),
    'restoreplan.rejected.v1': ({ planId, reason }, { meta }) => judged(planId, 'REJECTED', reason, meta),
    'restoreplan.failed.v1': ({ planId, reason }) => ({
      id: planId,
      patch: { status: 'FAILED', error: reason },
    }),
    'restoreplan.cancelled.v1': ({ planId }) => ({ id: planId, patch: { status: 'CANCELLED' } }),
    'restoreplan.withdrawn.v1': ({ planId }) => ({ id: planId, patch: { withdrawn: true } }),
    'restoreplan.executed.v1': ({ planId, restoreId }) => ({
      id: planId,
      patch: { status: 'EXECUTED', restoreId },
    }),
  },
};

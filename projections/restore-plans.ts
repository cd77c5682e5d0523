// Restore plans: what was requested, what came out, and whether it was executed. The rows themselves are in a file.
import type {
  PlanSummary,
  RestoreModes,
  RestorePlanEvents,
  RestoreSelection,
} from '../src/restores/restore.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

/** EXPIRED is missing here: no event says it, it is judged by time when a plan is read. */
export type PlanStatus = 'PLANNING' | 'READY' | 'EXECUTED' | 'FAILED' | 'CANCELLED';

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
  readonly restoreId?: string;
  /** True where a record in the plan has been erased: unless the plan was executed before, it counts as EXPIRED. */
  readonly withdrawn?: true;
  readonly error?: string;
}

export const restorePlans: Projection<RestorePlanDocument, RestorePlanEvents> = {
  name: 'restore-plans',
  version: 3,
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
    'restoreplan.ready.v1': ({ planId, ...ready }) => ({ id: planId, patch: { status: 'READY', ...ready } }),
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

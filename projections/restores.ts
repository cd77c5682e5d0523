// Restores: queued, running, ended, with what became of the records.
import type {
  RestoreApproval,
  RestoreEnd,
  RestoreEvents,
  RestoreOutcomes,
} from '../src/restores/restore.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export type RestoreStatus = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export interface RestoreDocument extends Doc {
  readonly status: RestoreStatus;
  readonly planId: string;
  /** The position whose values come back. */
  readonly position: string;
  readonly planFile: string;
  readonly planSha256: string;
  readonly rows: number;
  readonly imports: RestoreEvents['restore.requested.v1']['imports'];
  readonly approval?: RestoreApproval;
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly cancelRequested?: boolean;
  /** Final outcomes; those of a running restore are kept in the document store's state. */
  readonly outcomes?: RestoreOutcomes;
  readonly kept?: NonNullable<RestoreEnd['kept']>;
  readonly error?: string;
}

const ended = (status: RestoreStatus, data: RestoreEnd & { reason?: string }, at: string) => ({
  id: data.restoreId,
  patch: {
    status,
    outcomes: data.outcomes,
    endedAt: at,
    ...(data.kept && { kept: data.kept }),
    ...(data.reason !== undefined && { error: data.reason }),
  },
});

export const restores: Projection<RestoreDocument, RestoreEvents> = {
  name: 'restores',
  version: 2,
  indexes: [['status'], ['requestedAt']],
  on: {
    'restore.requested.v1': ({ restoreId, ...requested }, { meta }) => ({
      id: restoreId,
      put: {
        status: 'QUEUED',
        ...requested,
        requestedAt: meta.at,
        requestedBy: meta.actor.userId ?? null,
      },
    }),
    'restore.started.v1': ({ restoreId }, { meta }) => ({
      id: restoreId,
      patch: { status: 'RUNNING', startedAt: meta.at },
    }),
    'restore.cancel-requested.v1': ({ restoreId }) => ({ id: restoreId, patch: { cancelRequested: true } }),
    'restore.completed.v1': (data, { meta }) => ended('COMPLETED', data, meta.at),
    'restore.failed.v1': (data, { meta }) => ended('FAILED', data, meta.at),
    'restore.cancelled.v1': (data, { meta }) => ended('CANCELLED', data, meta.at),
  },
};

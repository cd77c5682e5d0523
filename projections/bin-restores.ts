// Restores from the recycle bin that run as jobs: queued, running, ended, with what became of the records.
import type {
  BinOutcomes,
  BinRestoreEnd,
  BinRestoreEvents,
  BinSelection,
} from '../src/recycle-bin/bin-restore.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export type BinRestoreStatus = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export interface BinRestoreDocument extends Doc {
  readonly status: BinRestoreStatus;
  /** The plural name. */
  readonly objectType: string;
  readonly selection: BinSelection;
  /** Position of the request: records that are in the bin there are brought back. */
  readonly position: string;
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly cancelRequested?: true;
  /** Final outcomes; those of a running job are kept in the document store's state. */
  readonly outcomes?: BinOutcomes;
  readonly refused?: NonNullable<BinRestoreEnd['refused']>;
  readonly error?: string;
}

const ended = (status: BinRestoreStatus, end: BinRestoreEnd & { reason?: string }, at: string) => ({
  id: end.restoreId,
  patch: {
    ...{ status, outcomes: end.outcomes, endedAt: at },
    ...(end.refused && { refused: end.refused }),
    ...(end.reason !== undefined && { error: end.reason }),
  },
});

export const binRestores: Projection<BinRestoreDocument, BinRestoreEvents> = {
  name: 'bin-restores',
  version: 2,
  indexes: [['status'], ['requestedAt']],
  on: {
    'binrestore.requested.v1': ({ restoreId, ...requested }, { meta, position }) => ({
      id: restoreId,
      put: {
        ...{ status: 'QUEUED', ...requested, position: position.toString() },
        ...{ requestedAt: meta.at, requestedBy: meta.actor.userId ?? null },
      },
    }),
    'binrestore.started.v1': ({ restoreId }, { meta }) => ({
      id: restoreId,
      patch: { status: 'RUNNING', startedAt: meta.at },
    }),
    'binrestore.cancel-requested.v1': ({ restoreId }) => ({
      id: restoreId,
      patch: { cancelRequested: true },
    }),
    'binrestore.completed.v1': (data, { meta }) => ended('COMPLETED', data, meta.at),
    'binrestore.failed.v1': (data, { meta }) => ended('FAILED', data, meta.at),
    'binrestore.cancelled.v1': (data, { meta }) => ended('CANCELLED', data, meta.at),
  },
};

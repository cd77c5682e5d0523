// The backups of the account: the list that users see, and the to-do list of the job that builds them.
import type { BackupEvents } from '../src/backups/backup.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface BackupDocument extends Doc {
  readonly status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Decimal string. */
  readonly position: string;
  readonly asOf: string;
  readonly objectTypes: readonly string[] | null;
  readonly requestedAt: string;
  /** Id of the user. */
  readonly requestedBy: string;
  readonly attempt: number;
  readonly completedAt: string | null;
  /** Path in `files/`; null before the first completion, after expiry and after withdrawal. */
  readonly file: string | null;
  /** True where a record in the file has been erased. */
  readonly withdrawn: boolean;
  readonly fileExpiresAt: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
}

export const backups: Projection<BackupDocument, BackupEvents> = {
  name: 'backups',
  version: 3,
  indexes: [['status'], ['fileExpiresAt'], ['requestedAt']],
  on: {
    'backup.requested.v1': ({ backupId, position, asOf, objectTypes }, event) => ({
      id: backupId,
      put: {
        status: 'QUEUED',
        position,
        asOf,
        objectTypes,
        requestedAt: event.meta.at,
        requestedBy: event.meta.actor.userId ?? event.meta.actor.id,
        attempt: 0,
        completedAt: null,
        file: null,
        withdrawn: false,
        fileExpiresAt: null,
        bytes: null,
        sha256: null,
        counts: {},
        error: null,
      },
    }),
    'backup.started.v1': ({ backupId, attempt }) => ({
      id: backupId,
      patch: { status: 'RUNNING', attempt, error: null },
    }),
    'backup.completed.v1': ({ backupId, file, bytes, sha256, counts, fileExpiresAt }, event) => ({
      id: backupId,
      patch: {
        status: 'COMPLETED',
        completedAt: event.meta.at,
        file,
        withdrawn: false,
        fileExpiresAt,
        bytes,
        sha256,
        counts,
        error: null,
      },
    }),
    'backup.failed.v1': ({ backupId, reason }) => ({
      id: backupId,
      patch: { status: 'FAILED', error: reason },
    }),
    'backup.cancelled.v1': ({ backupId }) => ({
      id: backupId,
      change: (old) => old && { ...old, status: old.completedAt === null ? 'CANCELLED' : 'COMPLETED' },
    }),
    'backup.rebuild-requested.v1': ({ backupId }) => ({ id: backupId, patch: { status: 'QUEUED' } }),
    'backup.file-expired.v1': ({ backupId }) => ({ id: backupId, patch: { file: null } }),
    'backup.withdrawn.v1': ({ backupId }) => ({ id: backupId, patch: { file: null, withdrawn: true } }),
  },
};

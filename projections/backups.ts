// The backups of the account: the list that users see, and the to-do list of the job that builds them.
import type { BackupEvents, EncryptedFile } from '../src/backups/backup.events';
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
  /** Of the ZIP, which the file is or holds. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Where the file is encrypted. */
  readonly encrypted: EncryptedFile | null;
  /** Whether its object types had properties for sensitive values at the position; null where nobody looked. */
  readonly sensitive: boolean | null;
  /** ISO time at which the schedule had it due; null where somebody asked for it. */
  readonly dueAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
}

export const backups: Projection<BackupDocument, BackupEvents> = {
  name: 'backups',
  version: 4,
  indexes: [['status'], ['fileExpiresAt'], ['requestedAt']],
  on: {
    'backup.requested.v2': ({ backupId, position, asOf, objectTypes, sensitive, dueAt }, event) => ({
      id: backupId,
      put: {
        status: 'QUEUED',
        position,
        asOf,
        objectTypes,
        sensitive,
        dueAt,
        requestedAt: event.meta.at,
        requestedBy: event.meta.actor.userId ?? event.meta.actor.id,
        attempt: 0,
        completedAt: null,
        file: null,
        withdrawn: false,
        fileExpiresAt: null,
        bytes: null,
        sha256: null,
        encrypted: null,
        counts: {},
        error: null,
      },
    }),
    'backup.started.v1': ({ backupId, attempt }) => ({
      id: backupId,
      patch: { status: 'RUNNING', attempt, error: null },
    }),
    'backup.completed.v2': (data, event) => {
      const { backupId, file, bytes, sha256, encrypted, sensitive, counts, fileExpiresAt } = data;
      return {
        id: backupId,
        patch: {
          ...{ status: 'COMPLETED', completedAt: event.meta.at, withdrawn: false, error: null },
          ...{ file, fileExpiresAt, bytes, sha256, encrypted, sensitive, counts },
        },
      };
    },
    'backup.failed.v1': ({ backupId, reason }) => ({
      id: backupId,
      patch: { status: 'FAILED', error: reason },
    }),
    'backup.cancelled.v1': ({ backupId }) => ({
      id: backupId,
      change: (old) => old && { ...old, status: old.completedAt === null ? 'CANCELLED' : 'COMPLETED' },
    }),
    'backup.rebuild-requested.v1': ({ backupId }) => ({ id: backupId, patch: { status: 'QUEUED' } }),
    'backup.file-kept.v1': ({ backupId, fileExpiresAt }) => ({ id: backupId, patch: { fileExpiresAt } }),
    'backup.file-expired.v1': ({ backupId }) => ({ id: backupId, patch: { file: null } }),
    'backup.withdrawn.v1': ({ backupId }) => ({ id: backupId, patch: { file: null, withdrawn: true } }),
  },
};

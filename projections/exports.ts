// The exports of the account: the list that users see, and the to-do list of the job that makes them.
import type { ExportEvents, ExportRequest } from '../src/exports/export.events';
import { touching } from '../src/crm/schemas/object-type.vocabulary';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface ExportDocument extends Doc {
  readonly status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly name: string;
  readonly objectType: string;
  /** The object types that it tells of, as names of scopes. */
  readonly touches: Readonly<Record<string, true>>;
  /** Decimal string. */
  readonly position: string;
  readonly request: ExportRequest;
  readonly requestedAt: string;
  /** Id of the user. */
  readonly requestedBy: string | null;
  readonly startedAt: string | null;
  readonly updatedAt: string;
  readonly result: {
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly fileExpiresAt: string;
  } | null;
  /** Path in `files/`; null before completion and once the file is deleted. */
  readonly file: string | null;
  readonly error: string | null;
}

export const exportList: Projection<ExportDocument, ExportEvents> = {
  name: 'exports',
  version: 4,
  indexes: [['status'], ['result.fileExpiresAt'], ['requestedAt']],
  on: {
    'export.requested.v1': ({ exportId, name, objectType, position, request }, { meta }) => ({
      id: exportId,
      put: {
        status: 'QUEUED',
        ...{ name, objectType, position, request },
        touches: touching([objectType, ...request.associated.types.map((type) => type.objectType)]),
        requestedAt: meta.at,
        requestedBy: meta.actor.userId ?? (meta.actor.type === 'user' ? meta.actor.id : null),
        startedAt: null,
        updatedAt: meta.at,
        result: null,
        file: null,
        error: null,
      },
    }),
    'export.started.v1': ({ exportId }, { meta }) => ({
      id: exportId,
      patch: { status: 'RUNNING', startedAt: meta.at, updatedAt: meta.at, error: null },
    }),
    'export.completed.v1': ({ exportId, file, rows, bytes, sha256, fileExpiresAt }, { meta }) => ({
      id: exportId,
      patch: {
        status: 'COMPLETED',
        result: { rows, bytes, sha256, fileExpiresAt },
        ...{ file, updatedAt: meta.at, error: null },
      },
    }),
    'export.failed.v1': ({ exportId, reason }, { meta }) => ({
      id: exportId,
      patch: { status: 'FAILED', error: reason, updatedAt: meta.at },
    }),
    'export.cancelled.v1': ({ exportId }, { meta }) => ({
      id: exportId,
      patch: { status: 'CANCELLED', updatedAt: meta.at },
    }),
    'export.withdrawn.v1': ({ exportId }) => ({
      id: exportId,
      change: (old) =>
        old && { ...old, file: null, status: old.status === 'RUNNING' ? 'QUEUED' : old.status },
    }),
    'export.file-expired.v1': ({ exportId }) => ({ id: exportId, patch: { file: null } }),
  },
};

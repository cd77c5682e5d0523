// The exports of the audit log: the list that users see, and the to-do list of the job that makes them.
import type { AuditExportEvents, AuditExportRequest } from '../../src/audit/exports/audit-export.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface AuditExportDocument extends Doc, Omit<AuditExportRequest, 'filter'> {
  /** As JSON: keys of a filter are no keys of documents. */
  readonly filter: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Decimal string. */
  readonly position: string;
  readonly requestedAt: string;
  /** Id of the user. */
  readonly requestedBy: string | null;
  readonly updatedAt: string;
  readonly result: {
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly first: string | null;
    readonly last: string | null;
    readonly completedAt: string;
    readonly fileExpiresAt: string;
  } | null;
  /** Path in `files/`; null before completion and once the file is deleted. */
  readonly file: string | null;
  readonly error: string | null;
}

export const auditExports: Projection<AuditExportDocument, AuditExportEvents> = {
  name: 'audit-exports',
  version: 1,
  indexes: [['status'], ['requestedAt']],
  on: {
    'auditexport.requested.v1': ({ exportId, filter, ...request }, { meta }) => ({
      id: exportId,
      put: {
        ...request,
        filter: JSON.stringify(filter),
        status: 'QUEUED',
        requestedAt: meta.at,
        requestedBy: meta.actor.userId ?? (meta.actor.type === 'user' ? meta.actor.id : null),
        ...{ updatedAt: meta.at, result: null, file: null, error: null },
      },
    }),
    'auditexport.started.v1': ({ exportId }, { meta }) => ({
      id: exportId,
      patch: { status: 'RUNNING', updatedAt: meta.at, error: null },
    }),
    'auditexport.completed.v1': (
      { exportId, file, rows, bytes, sha256, first, last, fileExpiresAt },
      { meta },
    ) => ({
      id: exportId,
      patch: {
        status: 'COMPLETED',
        result: { rows, bytes, sha256, first, last, completedAt: meta.at, fileExpiresAt },
        ...{ file, updatedAt: meta.at, error: null },
      },
    }),
    'auditexport.failed.v1': ({ exportId, reason }, { meta }) => ({
      id: exportId,
      patch: { status: 'FAILED', error: reason, updatedAt: meta.at },
    }),
    'auditexport.cancelled.v1': ({ exportId }, { meta }) => ({
      id: exportId,
      patch: { status: 'CANCELLED', updatedAt: meta.at },
    }),
    'auditexport.withdrawn.v1': ({ exportId }) => ({
      id: exportId,
      change: (old) =>
        old && { ...old, file: null, status: old.status === 'RUNNING' ? 'QUEUED' : old.status },
    }),
    'auditexport.file-expired.v1': ({ exportId }) => ({ id: exportId, patch: { file: null } }),
  },
};

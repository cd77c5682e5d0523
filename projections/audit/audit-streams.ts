// Streams of the audit log to receivers that have not been deleted.
import type { AuditStreamEvents } from '../../src/audit/streams/stream.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface AuditStreamDocument
  extends
    Doc,
    Pick<
      AuditStreamEvents['auditstream.created.v1'],
      'name' | 'kind' | 'format' | 'include' | 'destination'
    > {
  readonly paused: boolean;
  readonly createdAt: string;
  /** Id of the person who made it, or for whom an API key did. */
  readonly createdBy: string;
  readonly updatedAt: string;
}

export const auditStreams: Projection<AuditStreamDocument, AuditStreamEvents> = {
  name: 'audit-streams',
  version: 1,
  indexes: [['createdAt'], ['paused']],
  on: {
    'auditstream.created.v1': (e, { meta }) => ({
      id: e.streamId,
      put: {
        ...{ name: e.name, kind: e.kind, format: e.format, include: e.include, destination: e.destination },
        ...{ paused: false, createdAt: meta.at, createdBy: e.owner.userId, updatedAt: meta.at },
      },
    }),
    'auditstream.paused.v1': ({ streamId }, { meta }) => ({
      id: streamId,
      patch: { paused: true, updatedAt: meta.at },
    }),
    'auditstream.resumed.v1': ({ streamId }, { meta }) => ({
      id: streamId,
      patch: { paused: false, updatedAt: meta.at },
    }),
    'auditstream.deleted.v1': ({ streamId }) => ({ id: streamId, remove: true }),
  },
};

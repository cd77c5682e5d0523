// Views on the audit log that people have saved and not deleted.
import type { AuditViewEvents, SavedView } from '../../src/audit/views/view.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface AuditViewDocument extends Doc, SavedView {
  readonly ownerId: string;
  readonly clonedFrom: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const auditViews: Projection<AuditViewDocument, AuditViewEvents> = {
  name: 'audit-views',
  version: 1,
  indexes: [['ownerId'], ['visibility']],
  on: {
    'auditview.saved.v1': ({ viewId, ...saved }, { meta: { at } }) => ({
      id: viewId,
      put: { ...saved, createdAt: at, updatedAt: at },
    }),
    'auditview.changed.v1': ({ viewId, to }, { meta: { at } }) => ({
      id: viewId,
      patch: { ...to, updatedAt: at },
    }),
    'auditview.deleted.v1': ({ viewId }) => ({ id: viewId, remove: true }),
  },
};

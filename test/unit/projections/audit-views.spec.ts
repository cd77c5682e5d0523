// The read model of views on the audit log: those that are there, as they are.
import { auditViews } from '../../../projections/audit/audit-views';
import type { AuditViewEvents } from '../../../src/audit/views/view.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<AuditViewEvents>();
const view = {
  ...{ ownerId: 'ann', visibility: 'private' as const, clonedFrom: null },
  ...{ filter: { action: 'DELETE' }, lastDays: 7, sort: null, columns: null },
};
const saved = (viewId: string, name: string) => ev('auditview.saved.v1', { ...view, viewId, name });

test('it shows how each is now, and forgets those that are deleted', () => {
  const to = { visibility: 'everyone' as const, filter: {} };
  projecting(auditViews)
    .given(
      ...[saved('1', 'Deletions'), saved('2', 'Other')],
      by(
        ev('auditview.changed.v1', {
          ...{ viewId: '1', ownerId: 'ann', name: 'Deletions', to },
          from: { visibility: 'private', filter: view.filter },
        }),
        { at: later },
      ),
      ev('auditview.deleted.v1', { viewId: '2', ownerId: 'ann', name: 'Other' }),
    )
    .then({ '1': { ...view, name: 'Deletions', ...to, createdAt: at, updatedAt: later } });
});

// What the audit log says of views on it. What a filter looks for may be a customer's: rows name the parameters alone.
import type { Described, Values } from '../audit-entry.vocabulary';
import { bookkeeping, changed, type NoRow, security } from '../audit-wording.vocabulary';
import type { AuditViewEvents, SavedView } from '../views/view.events';

type Rows = {
  readonly [K in keyof AuditViewEvents]: ((data: AuditViewEvents[K]) => Described) | NoRow;
};

const shown = ({ filter, ...rest }: Partial<SavedView>) => ({
  ...rest,
  ...(filter && { filter: Object.keys(filter) }),
});

const row = (
  action: string,
  summary: string,
  { viewId, name }: { readonly viewId: string; readonly name: string },
  changes?: Values,
): Described =>
  security('AUDIT_LOG', action, summary, { type: 'audit-views', id: viewId, label: name }, changes);

export const viewRows: Rows = {
  'auditview.saved.v1': ({ ownerId: _, clonedFrom, viewId, ...view }) =>
    row(
      ...(['CREATE', 'Saved a view on the audit log', { ...view, viewId }] as const),
      changed({}, { ...shown(view), ...(clonedFrom !== null && { clonedFrom }) }),
    ),
  'auditview.changed.v1': ({ viewId, name, from, to }) => {
    const target = { viewId, name: to.name ?? name };
    return to.visibility === 'everyone'
      ? row('SHARE', 'Shared a view on the audit log', target, changed(shown(from), shown(to)))
      : row('UPDATE', 'Changed a view on the audit log', target, changed(shown(from), shown(to)));
  },
  'auditview.deleted.v1': (e) => row('DELETE', 'Deleted a view on the audit log', e),
  'auditview.default-chosen.v1': bookkeeping('which view a person sees first changes nothing for others'),
};

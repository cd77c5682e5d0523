// What the audit log says of streams of itself to receivers.
import type { AuditStreamEvents } from '../streams/stream.events';
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, security, type NoRow } from '../audit-wording.vocabulary';

type Rows = {
  readonly [K in keyof AuditStreamEvents]: ((data: AuditStreamEvents[K]) => Described) | NoRow;
};

const row =
  <E extends { streamId: string; name?: string }>(
    action: string,
    summary: string,
    more: (e: E) => object = () => ({}),
  ) =>
  (e: E): Described => ({
    ...security('AUDIT_LOG', action, summary, {
      ...{ type: 'audit-streams', id: e.streamId },
      ...(e.name !== undefined && { label: e.name }),
    }),
    ...more(e),
  });

export const auditStreamRows: Rows = {
  'auditstream.created.v1': row(
    'CREATE',
    'Had the audit log streamed to a receiver',
    ({ streamId: _, owner: __, ...created }) => ({ changes: made(created) }),
  ),
  'auditstream.paused.v1': row('DISABLE', 'Paused a stream of the audit log'),
  'auditstream.resumed.v1': row('ENABLE', 'Resumed a stream of the audit log'),
  'auditstream.moved.v1': row(
    'RUN',
    'Had a stream of the audit log go on from another position',
    ({ after }) => ({ changes: made({ after }) }),
  ),
  'auditstream.reached.v1': bookkeeping('notes how far it is; what it tells of has its rows'),
  'auditstream.deleted.v1': row('DELETE', 'Deleted a stream of the audit log'),
};

// The read model of streams of the audit log: those that are there, as they are.
import { auditStreams, type AuditStreamDocument } from '../../../projections/audit/audit-streams';
import type { AuditStreamEvents } from '../../../src/audit/streams/stream.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<AuditStreamEvents>();
const shown: Pick<AuditStreamDocument, 'name' | 'kind' | 'format' | 'include' | 'destination'> = {
  ...({
    name: 'SIEM',
    kind: 'file',
    format: 'json',
    include: ['changes'],
    destination: 'audit.jsonl',
  } as const),
};
const created = (streamId: string) =>
  ev('auditstream.created.v1', { streamId, ...shown, owner: { userId: 'u-1', keyId: 'k-1' }, after: '41' });

test('it shows how each is now, and forgets those that are deleted', () => {
  projecting(auditStreams)
    .given(
      ...[created('1'), created('2'), created('3')],
      by(ev('auditstream.paused.v1', { streamId: '1' }), { at: later }),
      ev('auditstream.deleted.v1', { streamId: '2' }),
      ev('auditstream.paused.v1', { streamId: '3' }),
      by(ev('auditstream.resumed.v1', { streamId: '3' }), { at: later }),
    )
    .then({
      '1': { ...shown, paused: true, createdAt: at, createdBy: 'u-1', updatedAt: later },
      '3': { ...shown, paused: false, createdAt: at, createdBy: 'u-1', updatedAt: later },
    });
});

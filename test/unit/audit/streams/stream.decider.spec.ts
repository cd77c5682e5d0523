// A stream of the audit log is made once, paused and resumed, moved, and gone once it is deleted.
import {
  auditStream,
  changeAuditStream,
  createAuditStream,
  deleteAuditStream,
  noteSent,
} from '../../../../src/audit/streams/stream.decider';
import type { AuditStreamEvents } from '../../../../src/audit/streams/stream.events';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding } from '../../../support/spec';

const ev = eventsOf<AuditStreamEvents>();
const given = deciding(auditStream);
const data: AuditStreamEvents['auditstream.created.v1'] = {
  ...{ streamId: '1', name: 'SIEM', kind: 'syslog', format: 'cef', include: [] },
  ...{ destination: 'siem.example:6514', owner: { userId: 'u-1', keyId: null }, after: '41' },
};
const created = ev('auditstream.created.v1', data);
const paused = ev('auditstream.paused.v1', { streamId: '1' });
const resumed = ev('auditstream.resumed.v1', { streamId: '1' });
const deleted = ev('auditstream.deleted.v1', { streamId: '1' });
const moved = ev('auditstream.moved.v1', { streamId: '1', after: '6' });

test('it is made once', () => {
  given()
    .when((s) => createAuditStream(s, data))
    .then(created);
  given(created)
    .when((s) => createAuditStream(s, data))
    .thenNothing();
});

test('it is paused and resumed, each once', () => {
  given(created)
    .when((s) => changeAuditStream(s, { paused: true }))
    .then(paused);
  given(created, paused)
    .when((s) => changeAuditStream(s, { paused: true }))
    .thenNothing();
  given(created, paused)
    .when((s) => changeAuditStream(s, { paused: false }))
    .then(resumed);
});

test('it goes on from another position as often as it is asked to', () => {
  given(created, moved)
    .when((s) => changeAuditStream(s, { after: 6n }))
    .then(moved);
  expect(given(created, moved).state).toMatchObject({ after: 6n });
});

test('how far it is is noted where it has got on', () => {
  given(created)
    .when((s) => noteSent(s, 57n))
    .then(ev('auditstream.reached.v1', { streamId: '1', position: '57' }));
  given(created)
    .when((s) => noteSent(s, 41n))
    .thenNothing();
  given(created, deleted)
    .when((s) => noteSent(s, 57n))
    .thenNothing();
});

test('one that is gone, or never was, is not changed', () => {
  given(created).when(deleteAuditStream).then(deleted);
  given(created, deleted).when(deleteAuditStream).thenNothing();
  given(created, deleted)
    .when((s) => changeAuditStream(s, { paused: true }))
    .thenRefused('audit-stream-unknown');
  given().when(deleteAuditStream).thenRefused('audit-stream-unknown');
});

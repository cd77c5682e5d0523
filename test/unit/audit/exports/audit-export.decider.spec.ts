// Exports of the audit log: how one begins and ends, by which rights its file is had, and what schedules and searches are
// told of.
import { auditExportSchedules } from '../../../../projections/audit/audit-export-schedules';
import { auditExports } from '../../../../projections/audit/audit-exports';
import {
  auditExport,
  auditExportFiles,
  cancelAuditExport,
  completeAuditExport,
  downloadAuditExport,
  failAuditExport,
  requestAuditExport,
  startAuditExport,
  withdrawAuditExport,
} from '../../../../src/audit/exports/audit-export.decider';
import type { AuditExportEvents, ExportViewer } from '../../../../src/audit/exports/audit-export.events';
import { requireRightsOf, viewerOf } from '../../../../src/audit/exports/export-rights';
import {
  createSchedule,
  deleteSchedule,
  endRun,
  exportSchedule,
  takeRun,
} from '../../../../src/audit/exports/schedules/schedule.decider';
import type { AuditExportScheduleEvents } from '../../../../src/audit/exports/schedules/schedule.events';
import { MOST_TOLD, noteSearch, searched } from '../../../../src/audit/searches/search.decider';
import type { AuditSearchEvents } from '../../../../src/audit/searches/search.events';
import { toldOf } from '../../../../src/audit/searches/search.vocabulary';
import type { Caller } from '../../../../src/caller';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { samples } from '../audit-samples';
import { deciding, projecting, refusalOf } from '../../../support/spec';

const event = eventsOf<AuditExportEvents>();
const given = deciding(auditExport);
const exportId = '7';
const requested = event('auditexport.requested.v1', samples['auditexport.requested.v1']);
const started = (attempt: number) => event('auditexport.started.v1', { exportId, attempt });
const { recipients: _, ...result } = samples['auditexport.completed.v1'];
const completed = event('auditexport.completed.v1', { ...result, recipients: [] });
const cancelled = event('auditexport.cancelled.v1', { exportId });
const withdrawn = event('auditexport.withdrawn.v1', { exportId });
const soon = new Date('2024-05-02T00:00:00.000Z');
const later = new Date(result.fileExpiresAt);

describe('an export of the audit log', () => {
  test('is asked for once', () => {
    given()
      .when((s) => requestAuditExport(s, requested.data))
      .then(requested);
    given(requested)
      .when((s) => requestAuditExport(s, requested.data))
      .thenNothing();
    given().when(cancelAuditExport).thenRefused('audit-export-unknown');
  });

  test('is started again after a crash, and only the last attempt may end it', () => {
    given(requested).when(startAuditExport).then(started(1));
    given(requested, started(1)).when(startAuditExport).then(started(2));
    given(requested, started(1))
      .when((s) => completeAuditExport(s, result))
      .then(completed);
    given(requested, started(1), started(2))
      .when((s) => completeAuditExport(s, result))
      .thenNothing();
    given(requested, started(1), started(2))
      .when((s) => failAuditExport(s, 'full', 1))
      .thenNothing();
    given(requested, cancelled).when(startAuditExport).thenNothing();
  });

  test('is cancelled while it is made, and not when it is done', () => {
    given(requested).when(cancelAuditExport).then(cancelled);
    given(requested, cancelled).when(cancelAuditExport).thenNothing();
    given(requested, started(1), completed).when(cancelAuditExport).thenRefused('export-ended');
  });

  test('gives its file until its time is over, or a record in it is erased', () => {
    const downloads = (now: Date) => (s: typeof auditExport.initial) => downloadAuditExport(s, 'u-2', now);
    const downloaded = event('auditexport.downloaded.v1', { exportId, userId: 'u-2' });
    given(requested, started(1)).when(downloads(soon)).thenRefused('export-file-none');
    given(requested, started(1), completed).when(downloads(soon)).then(downloaded);
    given(requested, started(1), completed).when(downloads(later)).thenRefused('export-file-expired');
    given(requested, started(1), completed, withdrawn).when(downloads(soon)).thenRefused('export-withdrawn');
    const { state } = given(requested, started(1), completed);
    expect(auditExportFiles.expire(state, soon)).toEqual([]);
    expect(auditExportFiles.expire(state, later)).toEqual([
      event('auditexport.file-expired.v1', { exportId }),
    ]);
  });

  test('that tells of an erased record is withdrawn, unless it was begun after the erasure was known', () => {
    const { state } = given(requested, started(1), completed);
    const at = state.status === 'none' ? 0n : state.startedAt!;
    expect(withdrawAuditExport(state, at)).toEqual([withdrawn]);
    expect(withdrawAuditExport(state, at - 1n)).toEqual([]);
    // An attempt under way begins again.
    given(requested, started(1), withdrawn).when(startAuditExport).then(started(2));
    given(requested, started(1), withdrawn)
      .when((s) => completeAuditExport(s, result))
      .thenNothing();
  });

  test('is listed with what it holds, and its filter as text', () => {
    const done = projecting(auditExports).given(requested, started(1), completed).documents;
    expect(done['7']).toMatchObject({ status: 'COMPLETED', file: result.file, result: { rows: 2 } });
    const { documents } = projecting(auditExports).given(requested, started(1), withdrawn);
    expect(documents['7']).toMatchObject({
      ...{ status: 'QUEUED', file: null, filter: JSON.stringify(requested.data.filter) },
    });
  });
});

describe('the file of an export', () => {
  const caller = (more: Partial<Caller>): Caller => ({
    ...{ actor: { type: 'user', id: '2' }, userId: '2', superAdmin: false, scopes: new Set(), client: {} },
    ...more,
  });
  const admin = caller({ superAdmin: true, scopes: 'all' });
  const reading = new Set(['audit.read', 'crm.objects.contacts.read']);
  const reader = caller({ scopes: reading });
  const own = { view: ['2'], edit: [], delete: [] };
  const seller = caller({ scopes: reading, reach: { contacts: own } });
  const may = (viewer: ExportViewer, who: Caller) =>
    refusalOf(() => requireRightsOf(viewer, who)) === undefined;

  test('is for whoever may see all that it may show', () => {
    const rights = [admin, reader, seller].map(viewerOf);
    const who = [admin, reader, seller, caller({ superAdmin: true, scopes: reading })];
    expect(rights.map((viewer) => who.map((one) => may(viewer, one)))).toEqual([
      [true, false, false, false],
      [true, true, false, true],
      [true, true, true, true],
    ]);
  });

  test('of a team is not for one of it alone', () => {
    const team = viewerOf(caller({ scopes: reading, reach: { contacts: { ...own, view: ['2', '3'] } } }));
    expect(may(team, seller)).toBe(false);
    expect(
      may(viewerOf(seller), caller({ scopes: reading, reach: { contacts: { ...own, view: 'all' } } })),
    ).toBe(true);
  });
});

describe('a schedule of exports', () => {
  const told = eventsOf<AuditExportScheduleEvents>();
  const created = told('auditexportschedule.created.v1', samples['auditexportschedule.created.v1']);
  const deleted = told('auditexportschedule.deleted.v1', { scheduleId: '8' });
  const dueAt = '2024-05-20T04:00:00.000Z';
  const taken = told('auditexportschedule.run-taken.v1', { scheduleId: '8', dueAt, exportId: '9' });
  const run = { dueAt, exportId: '9' };
  const due = { scheduleId: '8', dueAt, missed: null };
  const missed = { count: 2, andMore: false, first: '2024-05-06T04:00:00.000Z', last: dueAt };
  const set = deciding(exportSchedule);

  test('is made once, and deleted once', () => {
    set()
      .when((s) => createSchedule(s, created.data))
      .then(created);
    set(created)
      .when((s) => createSchedule(s, created.data))
      .thenNothing();
    set(created).when(deleteSchedule).then(deleted);
    set(created, deleted).when(deleteSchedule).thenNothing();
  });

  test('has each run taken up once, with what was missed before it told once', () => {
    set(created)
      .when((s) => takeRun(s, due, '9'))
      .then(taken);
    set(created)
      .when((s) => takeRun(s, { ...due, missed }, '9'))
      .then(told('auditexportschedule.runs-missed.v1', { scheduleId: '8', ...missed }), taken);
    set(created, taken)
      .when((s) => takeRun(s, { ...due, dueAt: '2024-05-27T04:00:00.000Z' }, '10'))
      .thenNothing();
    const requested = told('auditexportschedule.run-requested.v1', { scheduleId: '8', dueAt, exportId: '9' });
    set(created, taken)
      .when((s) => endRun(s, run))
      .then(requested);
    set(created, taken, requested)
      .when((s) => endRun(s, run))
      .thenNothing();
    set(created, taken, requested)
      .when((s) => takeRun(s, due, '10'))
      .thenNothing();
    set(created, taken, deleted)
      .when((s) => endRun(s, run))
      .thenNothing();
  });

  test('shows why its last run was refused, and is listed until it is deleted', () => {
    const refused = told('auditexportschedule.run-refused.v1', {
      ...{ scheduleId: '8', dueAt, reason: 'access-denied' },
    });
    set(created, taken)
      .when((s) => endRun(s, run, 'access-denied'))
      .then(refused);
    const { documents } = projecting(auditExportSchedules).given(created, taken, refused);
    expect(documents['8']).toMatchObject({ view: 'logins', lastRun: { dueAt, refused: 'access-denied' } });
    expect(documents['8']).not.toHaveProperty('viewer');
    projecting(auditExportSchedules).given(created, deleted).then({});
  });
});

describe('searches', () => {
  const ev = eventsOf<AuditSearchEvents>();
  const made = (digest: string) =>
    ev('auditsearch.made.v1', { digest, view: null, parameters: {}, others: [] });

  test('are told of once each, and together where they are many', () => {
    const looking = deciding(searched);
    looking()
      .when((s) => noteSearch(s, made('a').data))
      .then(made('a'));
    looking(made('a'))
      .when((s) => noteSearch(s, made('a').data))
      .thenNothing();
    const many = Array.from({ length: MOST_TOLD }, (_, i) => made(String(i)));
    const more = ev('auditsearch.more.v1', { told: MOST_TOLD });
    looking(...many)
      .when((s) => noteSearch(s, made('new').data))
      .then(more);
    looking(...many, more)
      .when((s) => noteSearch(s, made('newer').data))
      .thenNothing();
  });

  test('are told of by what is the log’s own alone, and are the same on every page', () => {
    const parameters = { category: 'LOGIN', targetId: '7', value: 'Oslo', q: 'value:Oslo', limit: '5' };
    const { told, whole } = toldOf({ view: 'mine', parameters });
    expect(told).toEqual({
      ...{ view: 'mine', parameters: { category: 'LOGIN', targetId: '7' }, others: ['q', 'value'] },
    });
    const { limit: _, ...rest } = parameters;
    expect(toldOf({ view: 'mine', parameters: { ...rest, after: '9', sort: 'position' } }).whole).toBe(whole);
    expect(toldOf({ view: 'mine', parameters: { ...rest, value: 'Bergen' } }).whole).not.toBe(whole);
  });
});

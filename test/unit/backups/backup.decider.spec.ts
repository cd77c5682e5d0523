import {
  backup,
  backupFiles,
  cancelBackup,
  completeBackup,
  downloadBackup,
  expireFile,
  failBackup,
  rebuildBackup,
  requestBackup,
  startBackup,
  withdrawBackup,
} from '../../../src/backups/backup.decider';
import { accountBackups, allowBackup, quotaOf, recent } from '../../../src/backups/backup-quota.decider';
import type { AccountBackupEvents, BackupEvents } from '../../../src/backups/backup.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { Refusal } from '../../../src/refusals';
import { backups } from '../../../projections/backups';
import { at, by, deciding, projecting } from '../../support/spec';

const given = deciding(backup);
const ev = eventsOf<BackupEvents>();
const backupId = '1000';
const request = { backupId, position: '40', asOf: at, objectTypes: null, sensitive: false, dueAt: null };
const result = (attempt: number) => ({
  backupId,
  attempt,
  file: `backups/${backupId}-${attempt}.zip`,
  bytes: 10,
  sha256: 'ab',
  counts: { contacts: 2 },
  fileExpiresAt: '2024-05-15T10:00:00.000Z',
  ...{ sensitive: false, manifest: null, encrypted: null },
});
const requested = ev('backup.requested.v2', request);
const started = ev('backup.started.v1', { backupId, attempt: 1 });
const completed = ev('backup.completed.v2', result(1));
const cancelled = ev('backup.cancelled.v1', { backupId });
const failed = ev('backup.failed.v1', { backupId, attempt: 1, reason: 'The disk is full' });
const rebuild = ev('backup.rebuild-requested.v1', { backupId });
const expired = ev('backup.file-expired.v1', { backupId });
const inTime = new Date('2024-05-15T09:59:59.999Z');
const tooLate = new Date('2024-05-15T10:00:00.000Z');

describe('A backup', () => {
  test('is asked for once', () => {
    given()
      .when((s) => requestBackup(s, request))
      .then(requested);
    given(requested)
      .when((s) => requestBackup(s, request))
      .thenNothing();
  });

  test('is started again after a crash, as the next attempt', () => {
    given(requested).when(startBackup).then(started);
    given(requested, started)
      .when(startBackup)
      .then(ev('backup.started.v1', { backupId, attempt: 2 }));
  });

  test('that has ended is not started', () => {
    given(requested, started, completed).when(startBackup).thenNothing();
    given(requested, cancelled).when(startBackup).thenNothing();
    given(requested, started, failed).when(startBackup).thenNothing();
  });

  test('is completed by its last attempt alone', () => {
    given(requested, started)
      .when((s) => completeBackup(s, result(1), 10n))
      .then(completed);
    const again = ev('backup.started.v1', { backupId, attempt: 2 });
    given(requested, started, again)
      .when((s) => completeBackup(s, result(1), 10n))
      .thenNothing();
    given(requested, started, cancelled)
      .when((s) => completeBackup(s, result(1), 10n))
      .thenNothing();
  });

  test('is not completed by a file that does not know of an erasure', () => {
    // Positions of a scenario are 0, 10, 20 …: it was started at 10.
    const met = ev('backup.erasure-met.v1', { backupId, erasedAt: '15' });
    given(requested, started)
      .when((s) => withdrawBackup(s, 15n))
      .then(met);
    given(requested, started, met)
      .when((s) => withdrawBackup(s, 15n))
      .thenNothing();
    given(requested, started, met)
      .when((s) => completeBackup(s, result(1), 14n))
      .thenNothing();
    given(requested, started, met)
      .when((s) => completeBackup(s, result(1), 15n))
      .then(completed);
  });

  test('is withdrawn when a record in its file is erased, and can be built again', () => {
    const withdrawn = ev('backup.withdrawn.v1', { backupId });
    given(requested, started, completed)
      .when((s) => withdrawBackup(s, 25n))
      .then(withdrawn);
    given(requested, started, completed, withdrawn)
      .when((s) => withdrawBackup(s, 25n))
      .thenNothing();
    given(requested, started, completed, withdrawn)
      .when((s) => downloadBackup(s, 'user-1', inTime))
      .thenRefused('backup-withdrawn');
    given(requested, started, completed, withdrawn).when(rebuildBackup).then(rebuild);
    const again = [rebuild, ev('backup.started.v1', { backupId, attempt: 2 })];
    given(requested, started, completed, ...again)
      .when((s) => withdrawBackup(s, 25n))
      .then(withdrawn);
    given(requested, started, completed, withdrawn, ...again, ev('backup.completed.v2', result(2)))
      .when((s) => withdrawBackup(s, 25n))
      .thenNothing();
  });

  test('that was started after an erasure knows of it', () => {
    for (const scenes of [[requested], [requested, started], [requested, started, completed]])
      given(...scenes)
        .when((s) => withdrawBackup(s, 5n))
        .thenNothing();
  });

  test('that was cancelled does not fail any more', () =>
    given(requested, started, cancelled)
      .when((s) => failBackup(s, failed.data.reason, failed.data.attempt))
      .thenNothing());

  test('is cancelled while it waits or runs', () => {
    given(requested).when(cancelBackup).then(cancelled);
    given(requested, started).when(cancelBackup).then(cancelled);
    given(requested, cancelled).when(cancelBackup).thenNothing();
    given(requested, started, completed).when(cancelBackup).thenRefused('backup-ended');
    given().when(cancelBackup).thenRefused('backup-unknown');
  });

  test('is built again when it was completed, has expired or failed', () => {
    given(requested, started, completed).when(rebuildBackup).then(rebuild);
    given(requested, started, completed, expired).when(rebuildBackup).then(rebuild);
    given(requested, started, failed).when(rebuildBackup).then(rebuild);
    given(requested, started).when(rebuildBackup).thenNothing();
    given(requested, cancelled).when(rebuildBackup).thenRefused('backup-cancelled');
  });

  test('whose rebuilding is given up stays what it was', () => {
    given(requested, started, completed, rebuild, cancelled)
      .when((s) => downloadBackup(s, 'user-1', inTime))
      .then(ev('backup.downloaded.v1', { backupId, userId: 'user-1' }));
    given(requested, started, completed, rebuild, cancelled).when(startBackup).thenNothing();
  });

  test('can be fetched until its file expires', () => {
    const built = given(requested, started, completed);
    built
      .when((s) => downloadBackup(s, 'user-1', inTime))
      .then(ev('backup.downloaded.v1', { backupId, userId: 'user-1' }));
    built.when((s) => downloadBackup(s, 'user-1', tooLate)).thenRefused('backup-file-expired');
    given(requested)
      .when((s) => downloadBackup(s, 'user-1', inTime))
      .thenRefused('backup-file-none');
    given(requested, started, completed, expired)
      .when((s) => downloadBackup(s, 'user-1', inTime))
      .thenRefused('backup-file-expired');
  });

  test('loses its file once', () => {
    given(requested, started, completed)
      .when((s) => expireFile(s, inTime))
      .thenNothing();
    given(requested, started, completed)
      .when((s) => expireFile(s, tooLate))
      .then(expired);
    given(requested, started, completed, expired)
      .when((s) => expireFile(s, tooLate))
      .thenNothing();
  });

  test('keeps the file that it names, and that of the attempt under way', () => {
    const kept = (...scenes: Parameters<typeof given>) =>
      [1, 2, 3].filter((attempt) => backupFiles.keeps(given(...scenes).state, result(attempt).file, tooLate));
    const again = ev('backup.started.v1', { backupId, attempt: 2 });
    expect(kept(requested, started)).toEqual([1]);
    expect(kept(requested, started, again)).toEqual([2]);
    expect(kept(requested, started, completed, rebuild, again)).toEqual([1, 2]);
    expect(
      kept(requested, started, completed, rebuild, again, ev('backup.withdrawn.v1', { backupId })),
    ).toEqual([2]);
    expect(kept(requested, started, cancelled)).toEqual([]);
    // It may be all that is left of another log.
    expect(kept()).toEqual([1, 2, 3]);
  });

  test('shows in the list what became of it', () => {
    const list = projecting(backups);
    expect(list.given(requested, started, completed).documents[backupId]).toMatchObject({
      status: 'COMPLETED',
      requestedBy: 'user-1',
      completedAt: at,
      counts: { contacts: 2 },
      file: 'backups/1000-1.zip',
    });
    expect(list.given(requested, cancelled).documents[backupId]).toMatchObject({ status: 'CANCELLED' });
    expect(list.given(requested, started, failed).documents[backupId]).toMatchObject({
      status: 'FAILED',
      error: 'The disk is full',
    });
    expect(
      list.given(requested, started, completed, rebuild, cancelled, expired).documents[backupId],
    ).toMatchObject({ status: 'COMPLETED', file: null, sha256: 'ab' });
  });
});

describe('The quota of backups', () => {
  const account = deciding(accountBackups);
  const allowed = (id: string, time: string) =>
    by(eventsOf<AccountBackupEvents>()('account.backup-allowed.v2', { backupId: id, dueAt: null }), {
      at: time,
    });
  const quota = { count: 1, windowMs: 24 * 3_600_000 };
  const now = new Date('2024-05-02T09:00:00.000Z');

  test('goes by the tier unless the operator has set one', () => {
    expect(quotaOf(undefined, 'ENTERPRISE')).toEqual(quota);
    expect(quotaOf(undefined, 'STARTER')).toEqual({
      count: 1,
      windowMs: 7 * 24 * 3_600_000,
    });
    expect(quotaOf('3/12h', 'STARTER')).toEqual({
      count: 3,
      windowMs: 12 * 3_600_000,
    });
    expect(quotaOf('off', 'STARTER')).toBeUndefined();
  });

  test('allows one a day', () => {
    const asked = account(allowed('1', '2024-05-01T08:59:59.000Z'));
    asked
      .when((s) => allowBackup('2', recent(s, quota, now), quota, now, undefined))
      .then(eventsOf<AccountBackupEvents>()('account.backup-allowed.v2', { backupId: '2', dueAt: null }));
  });

  test('says from when the next is allowed', () => {
    const asked = account(allowed('1', '2024-05-01T10:00:00.000Z'));
    asked
      .when((s) => allowBackup('2', recent(s, quota, now), quota, now, undefined))
      .thenRefused('backup-quota');
    try {
      allowBackup('2', recent(asked.state, quota, now), quota, now, undefined);
    } catch (error) {
      expect((error as Refusal).detail).toEqual({
        context: { nextAllowedAt: ['2024-05-02T10:00:00.000Z'] },
        retryAfter: 3_600,
      });
    }
    expect.assertions(2);
  });

  test('can be none at all', () =>
    account(allowed('1', at))
      .when((s) => allowBackup('2', s, undefined, now, undefined))
      .then(eventsOf<AccountBackupEvents>()('account.backup-allowed.v2', { backupId: '2', dueAt: null })));
});

// What must not outlive its use goes: files that hold customers' values, and grants that let nobody in any more.
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { backups } from '../../projections/backups';
import { exportList } from '../../projections/exports';
import { restores } from '../../projections/restores';
import { sessions } from '../../projections/identity/sessions';
import { BackupExpiry } from '../../src/backups/backup.expiry';
import { KeptFiles } from '../../src/backups/schedules/kept-files';
import type { BackupEvents } from '../../src/backups/backup.events';
import { eventsOf, type EventMap, type EventOf } from '../../src/eventsourcing/event';
import { ExportExpiry } from '../../src/exports/export.expiry';
import { Files } from '../../src/files/files';
import type { SessionGrant } from '../../src/identity/grants';
import type { SessionEvents } from '../../src/identity/identity.events';
import { SessionExpiry } from '../../src/identity/sessions/session.expiry';
import { importStream, noCounters } from '../../src/imports/import.decider';
import type { ImportEvents } from '../../src/imports/import.events';
import { UploadExpiry } from '../../src/imports/requests/upload.expiry';
import type { Round } from '../../src/supervision/aside';
import { restorePlanStream } from '../../src/restores/plans/plan.decider';
import { PlanExpiry } from '../../src/restores/plans/plan.expiry';
import { noOutcomes, restoreStream } from '../../src/restores/restore.decider';
import type { RestoreEvents, RestorePlanEvents } from '../../src/restores/restore.events';
import type { Vault } from '../../src/vault/vault';
import { EmbeddedVault } from '../../src/vault/stores/embedded/vault';
import { event, openStores, ReadSide, type Stores } from '../support/read-side';
import { oneRound } from '../support/rounds';

const HOUR = 3_600_000;
const expiresAt = '2024-05-02T10:00:00.000Z';
const soonAfter = new Date(Date.parse(expiresAt) + HOUR - 1);
const after = new Date(Date.parse(expiresAt) + HOUR);

let stores: Stores;
let side: ReadSide;
let files: Files;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [restores, sessions, backups, exportList]).start();
  files = new Files(join(stores.path, 'files'));
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

const given = <M extends EventMap>(stream: string, ...events: EventOf<M>[]) =>
  stores.log.append(
    stream,
    events.map(({ type, data }) => event(type, data)),
    -1,
  );

describe('the file of a restore plan', () => {
  const plan = eventsOf<RestorePlanEvents>();
  const restore = eventsOf<RestoreEvents>();
  const planId = '10';
  const file = `restore-plans/${planId}.jsonl`;
  const sha256 = 'ab';
  const requested = plan('restoreplan.requested.v1', {
    ...{ planId, source: { asOf: expiresAt }, position: '1', madeAt: '2', objects: [] },
    modes: { recreateDeleted: false, keepNonEmpty: false },
  });
  const ready = plan('restoreplan.ready.v1', {
    ...{ planId, file, rows: 1, sha256, expiresAt },
    summary: {
      ...{ records: 1, changes: 1, cleared: 0, recreated: 0, missing: 0, createdSince: 0, conflicts: 0 },
      ...{ byObject: {}, byProperty: {}, notDefinedAnyMore: {} },
    },
  });
  const restoring = restore('restore.requested.v1', {
    ...{ restoreId: '20', planId, position: '1', planFile: file, planSha256: sha256, rows: 1, imports: [] },
  });
  const restored = restore('restore.completed.v1', { restoreId: '20', outcomes: noOutcomes });

  const kept = async (now: Date) => {
    const expiry = new PlanExpiry(side.streams, side.models, files);
    await oneRound((round) => expiry.sweep(round, now));
    return files.list('restore-plans');
  };
  beforeEach(() => files.write(file, Readable.from(['{}\n'])));

  test('stays until the plan has expired and nobody can be about to execute it', async () => {
    await given(restorePlanStream(planId), requested, ready);
    expect(await kept(soonAfter)).toEqual([`${planId}.jsonl`]);
    expect(await kept(after)).toEqual([]);
  });

  test('stays while the plan is made, whatever the time', async () => {
    await given(restorePlanStream(planId), requested);
    expect(await kept(after)).toEqual([`${planId}.jsonl`]);
  });

  test('stays as long as a restore of it has not ended', async () => {
    await given(restorePlanStream(planId), requested, ready);
    await given(restoreStream('20'), restoring);
    expect(await kept(after)).toEqual([`${planId}.jsonl`]);
    await stores.log.append(restoreStream('20'), [event(restored.type, restored.data)], 0);
    expect(await kept(after)).toEqual([]);
  });

  test('stays beside however many restores that have not ended', async () => {
    await given(restorePlanStream(planId), requested, ready);
    await given(restoreStream('20'), restoring);
    // Before it in the order of ids, and more than one page of them.
    for (let id = 10_000; id <= 10_200; id++)
      await given(
        restoreStream(String(id)),
        restore('restore.requested.v1', {
          ...restoring.data,
          ...{ restoreId: String(id), planId: String(id), planFile: `restore-plans/${id}.jsonl` },
        }),
      );
    expect(await kept(after)).toEqual([`${planId}.jsonl`]);
  });

  test('goes with a plan that was cancelled or failed, or that nobody knows', async () => {
    await files.write('restore-plans/11.jsonl.draft', Readable.from(['{}\n']));
    await files.write('restore-plans/12.jsonl', Readable.from(['{}\n']));
    await given(restorePlanStream(planId), requested, plan('restoreplan.cancelled.v1', { planId }));
    await given(
      restorePlanStream('11'),
      plan('restoreplan.requested.v1', { ...requested.data, planId: '11' }),
      plan('restoreplan.failed.v1', { planId: '11', reason: 'There is no space left for the plan' }),
    );
    expect(await kept(soonAfter)).toEqual([]);
  });
});

describe('the upload of an import', () => {
  const event = eventsOf<ImportEvents>();
  const importId = '30';
  const upload = `imports/${importId}/upload.csv`;
  const requested = event('import.requested.v1', {
    ...{ importId, name: 'Fair', request: {}, recordIdBase: '1', objectTypes: ['contacts'] },
    files: [{ fileName: 'fair.csv', path: upload, bytes: 1, sha256: 'ab', rowsAtMost: 1 }],
  });
  const cancelled = event('import.cancelled.v1', { importId, counters: noCounters });

  const kept = async () => {
    const expiry = new UploadExpiry(side.streams, files);
    await oneRound((round) => expiry.sweep(round, new Date()));
    return files.list(`imports/${importId}`);
  };
  beforeEach(async () => {
    await files.write(upload, Readable.from(['a']));
    await files.write(`imports/${importId}/errors.jsonl`, Readable.from(['{}\n']));
  });

  test('stays while the import waits or runs', async () => {
    await given(importStream(importId), requested);
    expect(await kept()).toEqual(['errors.jsonl', 'upload.csv']);
  });

  test('goes with an import that was cancelled before its turn; the error list stays', async () => {
    await given(importStream(importId), requested, cancelled);
    expect(await kept()).toEqual(['errors.jsonl']);
  });

  test('goes with what runs left that lost to another: the list that the end names stays', async () => {
    const named = { file: `imports/${importId}/errors.won.jsonl`, bytes: 3 };
    for (const name of ['errors.won.jsonl', 'errors.lost.jsonl', 'ids-0.lost.jsonl'])
      await files.write(`imports/${importId}/${name}`, Readable.from(['{}\n']));
    const started = event('import.started.v1', { importId });
    const completed = event('import.completed.v1', { importId, counters: noCounters, errors: named });
    await given(importStream(importId), requested, started, completed);
    expect(await kept()).toEqual(['errors.won.jsonl']);
  });

  test('is survived by the error list for 90 days', async () => {
    await given(importStream(importId), requested, cancelled);
    const errors = files.pathOf(`imports/${importId}/errors.jsonl`);
    const aged = (days: number) => utimes(errors, 0, new Date(Date.now() - days * 24 * HOUR));
    await aged(89);
    expect(await kept()).toEqual(['errors.jsonl']);
    await aged(91);
    expect(await kept()).toEqual([]);
    expect(await files.list('imports')).toEqual([]);
  });

  test('that never became an import goes a day later', async () => {
    expect(await kept()).toEqual(['errors.jsonl', 'upload.csv']);
    const long = new Date(Date.now() - 25 * HOUR);
    await utimes(files.pathOf(upload), long, long);
    expect(await kept()).toEqual(['errors.jsonl']);
  });
});

describe('the grant of a session', () => {
  const event = eventsOf<SessionEvents>();
  const begun = (sessionId: string, ends: string) =>
    given(
      `session-${sessionId}`,
      event('session.started.v1', {
        ...{ sessionId, userId: '7', email: 'ada@example.com', loginType: 'PASSWORD', expiresAt: ends },
      }),
    );

  test('goes thirty days after the time of the session is over, whichever began first', async () => {
    const vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
    const ends = { '100': new Date(Date.parse(expiresAt) + HOUR).toISOString(), '101': expiresAt };
    for (const [id, end] of Object.entries(ends)) {
      await vault.put<SessionGrant>('session', id, { userId: '7', tokenDigest: 'd', expiresAt: end });
      await begun(id, end);
    }
    await side.settled(sessions);
    const expiry = new SessionExpiry(vault, side.models, stores.documents);
    const kept = async (now: Date) => {
      await oneRound((round) => expiry.sweep(round, now));
      const grants = await Promise.all(Object.keys(ends).map((id) => vault.get('session', id)));
      return Object.keys(ends).filter((_, index) => grants[index]);
    };
    const monthLater = (time: number) => new Date(time + 30 * 24 * HOUR);
    expect(await kept(monthLater(Date.parse(expiresAt) - 1))).toEqual(['100', '101']);
    expect(await kept(monthLater(Date.parse(expiresAt)))).toEqual(['100']);
    expect(await kept(monthLater(after.getTime()))).toEqual([]);
    await vault.close();
  });
});

describe('one thing that cannot go', () => {
  /** An event that nobody knows: whoever folds the stream throws. */
  const spoil = (stream: string, revision = -1) =>
    stores.log.append(stream, [event('nobody.knows-it.v1', {})], revision);

  test.each<[string, string, string, (round: Round) => Promise<void>]>([
    [
      ...(['a plan', 'restore-plans', 'restoreplan'] as const),
      (round) => new PlanExpiry(side.streams, side.models, files).sweep(round, after),
    ],
    [
      ...(['a backup that nobody knows', 'backups', 'backup'] as const),
      (round) =>
        new BackupExpiry(side.streams, files, new KeptFiles(side.streams, side.models)).sweep(round, after),
    ],
    [
      ...(['an export', 'exports', 'export'] as const),
      (round) => new ExportExpiry(side.streams, files).sweep(round, after),
    ],
  ])('keeps no other file here: %s', async (_, folder, category, sweep) => {
    // Of those that nobody knows a backup's stays, in case that it is about to be told of.
    const names = ['10', '11', '12'].map((id) =>
      folder === 'restore-plans' ? `${id}.jsonl` : `${id}-1.zip`,
    );
    for (const name of names) await files.write(`${folder}/${name}`, Readable.from(['{}\n']));
    const cancelled = eventsOf<BackupEvents>()('backup.requested.v2', {
      ...{ backupId: '12', position: '1', asOf: expiresAt, objectTypes: null, sensitive: null, dueAt: null },
    });
    if (category === 'backup') {
      await given(
        'backup-12',
        cancelled,
        eventsOf<BackupEvents>()('backup.cancelled.v1', { backupId: '12' }),
      );
      await given(
        'backup-11',
        cancelled,
        eventsOf<BackupEvents>()('backup.cancelled.v1', { backupId: '11' }),
      );
    }
    await spoil(`${category}-10`);
    expect(await oneRound(sweep)).toHaveLength(1);
    expect(await files.list(folder)).toEqual([names[0]]);
  });

  test('keeps no other upload here', async () => {
    const long = new Date(Date.now() - 25 * HOUR);
    for (const id of ['30', '31']) {
      await files.write(`imports/${id}/upload.csv`, Readable.from(['a']));
      await utimes(files.pathOf(`imports/${id}/upload.csv`), long, long);
    }
    await spoil('import-30');
    const expiry = new UploadExpiry(side.streams, files);
    expect(await oneRound((round) => expiry.sweep(round, new Date()))).toHaveLength(1);
    expect(await files.list('imports/31')).toEqual([]);
  });

  test('keeps no other session here, and is looked for again', async () => {
    const over = ['100', '101', '102'];
    for (const [n, sessionId] of over.entries())
      await given(
        `session-${sessionId}`,
        eventsOf<SessionEvents>()('session.started.v1', {
          ...{ sessionId, userId: '7', email: 'ada@example.com', loginType: 'PASSWORD' },
          expiresAt: new Date(Date.parse(expiresAt) + n).toISOString(),
        }),
      );
    await side.settled(sessions);
    let removed: string[] = [];
    let stuck = '101';
    const vault = {
      remove: (_: string, id: string) =>
        id === stuck ? Promise.reject(new Error()) : Promise.resolve(void removed.push(id)),
    } as unknown as Vault;
    const expiry = new SessionExpiry(vault, side.models, stores.documents);
    const sweep = () => oneRound((round) => expiry.sweep(round, new Date()));
    expect(await sweep()).toHaveLength(1);
    expect(removed).toEqual(['100', '102']);
    removed = [];
    stuck = '';
    expect(await sweep()).toEqual([]);
    expect(removed).toContain('101');
    removed = [];
    expect(await sweep()).toEqual([]);
    expect(removed).toEqual([]);
  });
});

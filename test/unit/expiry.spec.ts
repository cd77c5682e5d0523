// What must not outlive its use goes: files that hold customers' values, and grants that let nobody in any more.
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { restores } from '../../projections/restores';
import { sessions } from '../../projections/sessions';
import { parseConfig } from '../../src/config';
import { eventsOf, type EventMap, type EventOf } from '../../src/eventsourcing/event';
import { Files } from '../../src/files/files';
import type { SessionGrant } from '../../src/identity/grants';
import type { SessionEvents } from '../../src/identity/identity.events';
import { SessionExpiry } from '../../src/identity/session.expiry';
import { importStream, noCounters } from '../../src/imports/import.decider';
import type { ImportEvents } from '../../src/imports/import.events';
import { UploadExpiry } from '../../src/imports/upload.expiry';
import { restorePlanStream } from '../../src/restores/plan.decider';
import { PlanExpiry } from '../../src/restores/plan.expiry';
import { noOutcomes, restoreStream } from '../../src/restores/restore.decider';
import type { RestoreEvents, RestorePlanEvents } from '../../src/restores/restore.events';
import { EmbeddedVault } from '../../src/vault/stores/embedded';
import { event, openStores, ReadSide, type Stores } from '../support/read-side';

const HOUR = 3_600_000;
const expiresAt = '2024-05-02T10:00:00.000Z';
const soonAfter = new Date(Date.parse(expiresAt) + HOUR - 1);
const after = new Date(Date.parse(expiresAt) + HOUR);
const { signal } = new AbortController();

let stores: Stores;
let side: ReadSide;
let files: Files;
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [restores, sessions]).start();
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
    const config = parseConfig({ DATA_DIR: stores.path });
    const expiry = new PlanExpiry(side.streams, side.models, files, config);
    await expiry.expireFiles(now, signal);
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
    await new UploadExpiry(side.streams, files).expireFiles(new Date(), signal);
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

  test('goes when the time of the session is over, those after it in their turn', async () => {
    const vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
    const ends = { '100': expiresAt, '101': new Date(Date.parse(expiresAt) + HOUR).toISOString() };
    for (const [id, end] of Object.entries(ends)) {
      await vault.put<SessionGrant>('session', id, { userId: '7', tokenDigest: 'd', expiresAt: end });
      await begun(id, end);
    }
    await side.settled(sessions);
    const config = parseConfig({ DATA_DIR: stores.path });
    const expiry = new SessionExpiry(vault, side.models, stores.documents, config);
    const kept = async (now: Date) => {
      await expiry.sweep(now, signal);
      const grants = await Promise.all(Object.keys(ends).map((id) => vault.get('session', id)));
      return Object.keys(ends).filter((_, index) => grants[index]);
    };
    expect(await kept(new Date(Date.parse(expiresAt) - 1))).toEqual(['100', '101']);
    expect(await kept(new Date(expiresAt))).toEqual(['101']);
    expect(await kept(after)).toEqual([]);
    await vault.close();
  });
});

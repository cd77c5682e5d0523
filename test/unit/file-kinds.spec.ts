// The kinds of files that jobs build, where a read model that they need cannot answer.
import { associations } from '../../projections/crm/associations';
import { properties } from '../../projections/crm/properties';
import { records } from '../../projections/crm/records';
import { schemas } from '../../projections/crm/schemas';
import { backups } from '../../projections/backups';
import { exportList } from '../../projections/exports';
import { users } from '../../projections/users';
import { restorePlans } from '../../projections/restore-plans';
import { backup } from '../../src/backups/backup.decider';
import type { BackupEvents } from '../../src/backups/backup.events';
import { BackupProcess } from '../../src/backups/backup.process';
import { TreeHeads } from '../../src/audit/integrity/tree-heads';
import { BackupInputs } from '../../src/backups/backup-inputs';
import { BackupRecipient } from '../../src/backups/backup-recipient';
import { KeptFiles } from '../../src/backups/schedules/kept-files';
import { BackupWaits } from '../../src/backups/backup-waits';
import { parseConfig } from '../../src/config';
import type { ObjectTypes } from '../../src/crm/schemas/object-types-known';
import type { AssociatedThen } from '../../src/crm/search/associated/associated-then';
import type { Decider } from '../../src/eventsourcing/decider';
import { eventsOf, type EventMap, type EventOf } from '../../src/eventsourcing/event';
import { exportDecider } from '../../src/exports/export.decider';
import type { ExportEvents } from '../../src/exports/export.events';
import { ExportProcess } from '../../src/exports/export.process';
import { Files } from '../../src/files/files';
import { FileJobs } from '../../src/jobs/file-jobs';
import { Jobs, type JobKind } from '../../src/jobs/jobs';
import type { Doc } from '../../src/read/document-store';
import { ProjectionStopped } from '../../src/read/read-models';
import { restorePlan } from '../../src/restores/plans/plan.decider';
import type { Guards } from '../../src/restores/plans/guards';
import { PlanProcess } from '../../src/restores/plans/plan.process';
import type { RestorePlanEvents } from '../../src/restores/restore.events';
import { event, openStores, ReadSide, type Stores } from '../support/read-side';
import { meta } from '../support/spec';

/** Keeps what is registered, to be run by hand. */
class ByHand extends Jobs {
  last!: JobKind<Doc>;
  override register(kind: object): void {
    this.last = kind as JobKind<Doc>;
  }
}

let stores: Stores;
let side: ReadSide;
let jobs: ByHand;
let fileJobs: FileJobs;
let waits: BackupWaits;
beforeEach(async () => {
  stores = await openStores();
  const crm = [records, properties, schemas, associations, users];
  side = await new ReadSide(stores.log, stores.documents, [
    ...crm,
    ...[backups, exportList, restorePlans],
  ]).start();
  const { streams, models, projector, faults } = side;
  jobs = new ByHand(stores.documents, stores.log, models, faults);
  const config = parseConfig({ DATA_DIR: stores.path });
  fileJobs = new FileJobs(jobs, config, streams, models, projector, new Files(stores.path));
  waits = new BackupWaits(stores.documents);
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

async function expectToWait<S, M extends EventMap>(
  decider: Decider<S, M>,
  stream: string,
  requested: EventOf<M>,
): Promise<void> {
  await side.streams.change(decider, stream, () => [requested], meta);
  const job = (await side.models.get(jobs.last.projection, '10'))!;
  const { signal } = new AbortController();
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(jobs.last.run(job, { signal, report: () => undefined })).rejects.toThrow(ProjectionStopped);
  // Nothing but the request stands there: no run began.
  expect(await side.streams.history(stream)).toHaveLength(1);
}

/** The position of what no row of the records can apply. */
const unreadable = async () =>
  String((await stores.log.append('deal-1', [event('record.archived.v1', null)], -1)).position);

describe('waits while a read model is stopped, however often it is tried:', () => {
  test('a plan', async () => {
    new PlanProcess(fileJobs, side.streams, side.models, {} as Guards, {} as AssociatedThen).onModuleInit();
    const requested = eventsOf<RestorePlanEvents>()('restoreplan.requested.v1', {
      ...{ planId: '10', source: {}, position: '0', madeAt: await unreadable(), objects: [] },
      modes: { recreateDeleted: false, keepNonEmpty: false },
    });
    await expectToWait(restorePlan, 'restoreplan-10', requested);
  });

  test('an export', async () => {
    const { streams, models } = side;
    new ExportProcess(fileJobs, streams, models, {} as ObjectTypes, {} as AssociatedThen).onModuleInit();
    const requested = eventsOf<ExportEvents>()('export.requested.v1', {
      ...{ exportId: '10', name: 'Fair', objectType: 'contacts', position: await unreadable() },
      request: {
        ...{ properties: [], masked: [], filterGroups: [], sorts: [], query: null },
        ...{ labelledColumns: false, labelledValues: false },
        associated: { types: [], labels: false, all: false },
      },
    });
    await expectToWait(exportDecider, 'export-10', requested);
  });

  test('a backup, which says so', async () => {
    const recipient = new BackupRecipient(undefined);
    const kept = new KeptFiles(side.streams, side.models);
    const inputs = new BackupInputs(side.streams, side.models);
    new BackupProcess(fileJobs, inputs, waits, recipient, kept, new TreeHeads(side.documents)).onModuleInit();
    const requested = eventsOf<BackupEvents>()('backup.requested.v2', {
      ...{
        backupId: '10',
        position: await unreadable(),
        asOf: meta.at,
        objectTypes: null,
        sensitive: null,
        dueAt: null,
      },
    });
    await expectToWait(backup, 'backup-10', requested);
    expect(await waits.reason('10')).toBe('The projection records is stopped');
  });
});

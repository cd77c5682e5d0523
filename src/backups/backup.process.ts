// The job that builds backups one at a time, each at its fixed position.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { associations } from '../../projections/crm/associations';
import { backups, type BackupDocument } from '../../projections/backups';
import { properties } from '../../projections/crm/properties';
import { schemas } from '../../projections/crm/schemas';
import { records } from '../../projections/crm/records';
import { associationLabelsAt } from '../crm/associations/types/association-types';
import { definitionsAt } from '../crm/properties/definitions';
import { objectTypesAt } from '../crm/schemas/object-types-at';
import { Streams } from '../eventsourcing/streams';
import { FileJobs, type Made } from '../jobs/file-jobs';
import type { JobContext } from '../jobs/jobs';
import type { OVERTAKEN } from '../jobs/stored-files';
import { runInThread } from '../jobs/thread.client';
import type { Places } from '../jobs/thread-stores';
import { ReadModels } from '../read/read-models';
import { version } from '../version';
import type { BuildInput, LookedOver } from './archives/backup.worker';
import { ID_COLUMN } from './archives/csv';
import {
  backupFiles,
  completeBackup,
  failBackup,
  FILE_KEPT_MS,
  isOvertaken,
  startBackup,
  type Backup,
} from './backup.decider';
import type { BackupEvents } from './backup.events';
import { BackupWaits } from './backup-waits';

export const BACKUP_JOB = 'backup';

@Injectable()
export class BackupProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly waits: BackupWaits,
  ) {}

  onModuleInit(): void {
    this.jobs.register<BackupDocument, Backup, BackupEvents, number, LookedOver>({
      name: BACKUP_JOB,
      projection: backups,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      stored: backupFiles,
      words: { file: 'file', built: 'built' },
      asked: ['backup.requested.v1', 'backup.rebuild-requested.v1'],
      reads: [records, associations, properties, schemas],
      readsUpTo: ({ position }) => position,
      waiting: (backupId, reason) => this.waits.set(backupId, reason),
      start: startBackup,
      runOf: (state) => (state.status === 'running' ? state.attempt : undefined),
      build: (job, places, context) => this.build(job, places, context),
      complete,
      isOvertaken: (state, { run, built }) => isOvertaken(state, run, built.lookedTo),
      fail: failBackup,
    });
  }

  private async build(
    job: BackupDocument,
    places: Places,
    context: JobContext,
  ): Promise<LookedOver | typeof OVERTAKEN> {
    const { readModels, streams } = this;
    const position = BigInt(job.position);
    const types = job.objectTypes ?? (await objectTypesAt(readModels, streams, position));
    const input: BuildInput = {
      ...places,
      product: { name: 'strata', version },
      collection: await readModels.collection(records),
      checkpoint: await readModels.checkpoint(records),
      associations: {
        collection: await readModels.collection(associations),
        checkpoint: await readModels.checkpoint(associations),
        labels: await associationLabelsAt(streams, position),
      },
      position,
      columns: await this.columns(types, position),
    };
    const module = require.resolve('./archives/backup.worker');
    return runInThread<LookedOver | typeof OVERTAKEN, BuildInput>({
      module,
      name: 'buildBackup',
      input,
      ...context,
    });
  }

  /** Columns by object type: the id, then every other property defined at the position, in byte order of the names. */
  private async columns(types: readonly string[], position: bigint): Promise<Record<string, string[]>> {
    const { readModels, streams } = this;
    const columns: Record<string, string[]> = {};
    for (const type of types) {
      const definitions = await definitionsAt(readModels, streams, type, position);
      const others = definitions.map(({ name }) => name).filter((name) => name !== ID_COLUMN);
      columns[type] = [ID_COLUMN, ...others];
    }
    return columns;
  }
}

function complete(state: Backup, { jobId, run, file, built, at }: Made<number, LookedOver>) {
  const { lookedTo, ...result } = built;
  const fileExpiresAt = new Date(at.getTime() + FILE_KEPT_MS).toISOString();
  return completeBackup(state, { backupId: jobId, attempt: run, file, ...result, fileExpiresAt }, lookedTo);
}

// The job that builds backups one at a time, each at its fixed position.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { associations } from '../../projections/crm/associations';
import { backups, type BackupDocument } from '../../projections/backups';
import { properties } from '../../projections/crm/properties';
import { schemas } from '../../projections/crm/schemas';
import { records } from '../../projections/crm/records';
import { users } from '../../projections/users';
import { objectTypesAt } from '../crm/schemas/object-types-at';
import { Streams } from '../eventsourcing/streams';
import { FileJobs, type Made } from '../jobs/file-jobs';
import type { JobContext } from '../jobs/jobs';
import { OVERTAKEN } from '../jobs/stored-files';
import { runInThread } from '../jobs/thread.client';
import type { Places } from '../jobs/thread-stores';
import { ReadModels } from '../read/read-models';
import { version } from '../version';
import type { BuildInput, LookedOver } from './archives/backup.worker';
import { ID_COLUMN } from './archives/csv';
import { definitionsText, type TypeDefinitions } from './archives/definitions';
import { backupDefinitionsAt } from './backup-definitions';
import { BackupRecipient } from './backup-recipient';
import {
  backupFiles,
  completeBackup,
  failBackup,
  expiryOf,
  isOvertaken,
  startBackup,
  type Backup,
} from './backup.decider';
import type { BackupEvents } from './backup.events';
import { KeptFiles } from './schedules/kept-files';
import { BackupWaits } from './backup-waits';

export const BACKUP_JOB = 'backup';

/** A file that was built, of definitions that this process has read. */
type Finished = LookedOver & { readonly sensitive: boolean; readonly keptUntil: Date | undefined };

@Injectable()
export class BackupProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly waits: BackupWaits,
    private readonly recipient: BackupRecipient,
    private readonly kept: KeptFiles,
  ) {}

  onModuleInit(): void {
    this.jobs.register<BackupDocument, Backup, BackupEvents, number, Finished>({
      name: BACKUP_JOB,
      projection: backups,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      stored: backupFiles,
      words: { file: 'file', built: 'built' },
      asked: ['backup.requested.v2', 'backup.rebuild-requested.v1'],
      reads: [records, associations, properties, schemas, users],
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
  ): Promise<Finished | typeof OVERTAKEN> {
    const { readModels, streams } = this;
    const position = BigInt(job.position);
    const types = job.objectTypes ?? (await objectTypesAt(readModels, streams, position));
    const definitions = await backupDefinitionsAt(readModels, streams, types, position);
    const input: BuildInput = {
      ...places,
      product: { name: 'strata', version },
      collection: await readModels.collection(records),
      checkpoint: await readModels.checkpoint(records),
      associations: {
        collection: await readModels.collection(associations),
        checkpoint: await readModels.checkpoint(associations),
        labels: definitions.labels,
      },
      position,
      columns: columnsOf(types, definitions.objectTypes),
      definitions: await definitionsText(definitions),
      recipient: this.recipient.recipient,
    };
    const module = require.resolve('./archives/backup.worker');
    const built = await runInThread<LookedOver | typeof OVERTAKEN, BuildInput>({
      module,
      name: 'buildBackup',
      input,
      ...context,
    });
    if (built === OVERTAKEN) return built;
    return { ...built, sensitive: definitions.sensitive, keptUntil: await this.kept.untilFor(job) };
  }
}

/** Columns by object type: the id, then every other property defined at the position, in byte order of the names. */
function columnsOf(types: readonly string[], defined: readonly TypeDefinitions[]): Record<string, string[]> {
  const found = new Map(defined.map((type) => [type.name, type.properties]));
  const others = (type: string) =>
    (found.get(type) ?? []).map(({ name }) => name).filter((name) => name !== ID_COLUMN);
  return Object.fromEntries(types.map((type) => [type, [ID_COLUMN, ...others(type)]]));
}

function complete(state: Backup, { jobId, run, file, built, at }: Made<number, Finished>) {
  const { lookedTo, keptUntil, ...result } = built;
  const fileExpiresAt = expiryOf(at, keptUntil);
  return completeBackup(state, { backupId: jobId, attempt: run, file, ...result, fileExpiresAt }, lookedTo);
}

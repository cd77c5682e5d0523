// The job that builds backups one at a time, each at its fixed position.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { backups, type BackupDocument } from '../../projections/backups';
import { TreeHeads } from '../audit/integrity/tree-heads';
import { FileJobs, type Made } from '../jobs/file-jobs';
import type { JobContext } from '../jobs/jobs';
import { OVERTAKEN } from '../jobs/stored-files';
import { runInThread } from '../jobs/thread.client';
import type { Places } from '../jobs/thread-stores';
import type { BuildInput, LookedOver } from './archives/backup.worker';
import { BackupInputs, readByBackups } from './backup-inputs';
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
    private readonly inputs: BackupInputs,
    private readonly waits: BackupWaits,
    private readonly recipient: BackupRecipient,
    private readonly kept: KeptFiles,
    private readonly trees: TreeHeads,
  ) {}

  onModuleInit(): void {
    this.jobs.register<BackupDocument, Backup, BackupEvents, number, Finished>({
      name: BACKUP_JOB,
      projection: backups,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      stored: backupFiles,
      words: { file: 'file', built: 'built' },
      asked: ['backup.requested.v2', 'backup.rebuild-requested.v1'],
      reads: readByBackups,
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
    const { input, sensitive } = await this.inputs.of({
      ...{ position: BigInt(job.position), objectTypes: job.objectTypes },
      ...{ places, recipient: this.recipient.recipient },
    });
    const module = require.resolve('./archives/backup.worker');
    const built = await runInThread<LookedOver | typeof OVERTAKEN, BuildInput>({
      module,
      name: 'buildBackup',
      input: { ...input, tree: await this.trees.at(BigInt(job.position), context.signal) },
      ...context,
    });
    if (built === OVERTAKEN) return built;
    return { ...built, sensitive, keptUntil: await this.kept.untilFor(job) };
  }
}

function complete(state: Backup, { jobId, run, file, built, at }: Made<number, Finished>) {
  const { lookedTo, keptUntil, ...result } = built;
  const fileExpiresAt = expiryOf(at, keptUntil);
  return completeBackup(state, { backupId: jobId, attempt: run, file, ...result, fileExpiresAt }, lookedTo);
}

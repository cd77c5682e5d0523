// Queries on backups: a single one and the list.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { backups, type BackupDocument } from '../../projections/backups';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { BACKUP_JOB } from './backup.process';
import { BackupWaits } from './backup-waits';

/** A backup as the API shows it. */
export interface BackupView {
  readonly id: string;
  readonly status: BackupDocument['status'];
  readonly position: string;
  readonly asOf: string;
  readonly objectTypes?: readonly string[];
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly completedAt?: string;
  readonly fileExpiresAt?: string;
  readonly fileStatus: 'AVAILABLE' | 'EXPIRED' | 'NONE';
  /** True where the file was deleted because a record in it has been erased. */
  readonly withdrawn?: true;
  readonly progress: Progress;
  /** Records by object type. */
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes?: number;
  readonly sha256?: string;
  /** The reason of a failure. */
  readonly error?: string;
  readonly waitingFor?: string;
  /** Warns that the file holds sensitive values, too. */
  readonly warning: string;
}

const WARNING = 'The file holds every value, sensitive ones included: keep it as safe as the CRM itself';

const fileStatus = ({ completedAt, file, fileExpiresAt }: BackupDocument, now: Date) => {
  if (completedAt === null) return 'NONE';
  return file !== null && fileExpiresAt !== null && Date.parse(fileExpiresAt) > now.getTime()
    ? 'AVAILABLE'
    : 'EXPIRED';
};

export function backupView(
  document: BackupDocument,
  now: Date,
  running?: Progress,
  waitingFor?: string,
): BackupView {
  const { id, status, position, asOf, objectTypes, requestedAt, requestedBy, counts } = document;
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const active = status === 'QUEUED' || status === 'RUNNING';
  const progress = active ? (running ?? { done: 0, total: 0 }) : { done, total: done };
  return {
    ...{ id, status, position, asOf, requestedAt, requestedBy },
    ...(objectTypes && { objectTypes }),
    ...(document.completedAt !== null && { completedAt: document.completedAt }),
    ...(document.fileExpiresAt !== null && { fileExpiresAt: document.fileExpiresAt }),
    fileStatus: fileStatus(document, now),
    ...(document.withdrawn && { withdrawn: true as const }),
    progress,
    counts,
    ...(document.bytes !== null && { bytes: document.bytes }),
    ...(document.sha256 !== null && { sha256: document.sha256 }),
    ...(document.error !== null && { error: document.error }),
    ...(active && waitingFor !== undefined && { waitingFor }),
    warning: WARNING,
  };
}

export class GetBackup extends Query<BackupView> {
  constructor(
    readonly backupId: string,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetBackup)
export class GetBackupHandler implements IQueryHandler<GetBackup> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
    private readonly waits: BackupWaits,
  ) {}

  async execute({ backupId, fresh }: GetBackup): Promise<BackupView> {
    const document = await this.readModels.get(backups, backupId, fresh);
    if (!document) throw new Refusal('backup-unknown');
    const running = await this.jobs.progress(BACKUP_JOB, backupId);
    return backupView(document, new Date(), running, await this.waits.reason(backupId));
  }
}

export class ListBackups extends Query<Found<BackupView>> {
  constructor(
    readonly limit: number,
    readonly after: string | undefined,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListBackups)
export class ListBackupsHandler implements IQueryHandler<ListBackups> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
    private readonly waits: BackupWaits,
  ) {}

  /** Lists backups, newest first. */
  async execute({ limit, after, fresh }: ListBackups): Promise<Found<BackupView>> {
    const options = { sort: ['-requestedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(backups, options, fresh);
    const now = new Date();
    const view = async (document: BackupDocument) =>
      backupView(
        document,
        now,
        await this.jobs.progress(BACKUP_JOB, document.id),
        await this.waits.reason(document.id),
      );
    return { docs: await Promise.all(docs.map(view)), ...(next !== undefined && { next }) };
  }
}

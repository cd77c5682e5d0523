// Queries on backups: a single one and the list.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { backups, type BackupDocument } from '../../projections/backups';
import { Streams } from '../eventsourcing/streams';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import type { Manifest } from './archives/manifest';
import { backupStream } from './backup.decider';
import type { BackupEvents, EncryptedFile } from './backup.events';
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
  /** True where the schedule had it made. */
  readonly scheduled?: true;
  readonly completedAt?: string;
  readonly fileExpiresAt?: string;
  readonly fileStatus: 'AVAILABLE' | 'EXPIRED' | 'NONE';
  /** True where the file was deleted because a record in it has been erased. */
  readonly withdrawn?: true;
  readonly progress: Progress;
  /** Records by object type. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of the ZIP, which the file is, or holds where it is encrypted. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** To whose key, by its fingerprint, and what the file is as it is stored. */
  readonly encrypted?: EncryptedFile;
  /** The reason of a failure. */
  readonly error?: string;
  readonly waitingFor?: string;
  /** Where its object types had properties for sensitive values at the position. */
  readonly warning?: string;
}

const WARNING = 'The file holds sensitive values: keep it as safe as the CRM itself, and do not pass it on';

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
    ...(document.dueAt !== null && { scheduled: true as const }),
    ...(objectTypes && { objectTypes }),
    ...(document.completedAt !== null && { completedAt: document.completedAt }),
    ...(document.fileExpiresAt !== null && { fileExpiresAt: document.fileExpiresAt }),
    fileStatus: fileStatus(document, now),
    ...(document.withdrawn && { withdrawn: true as const }),
    progress,
    counts,
    ...(document.bytes !== null && { bytes: document.bytes }),
    ...(document.sha256 !== null && { sha256: document.sha256 }),
    ...(document.encrypted !== null && { encrypted: document.encrypted }),
    ...(document.error !== null && { error: document.error }),
    ...(active && waitingFor !== undefined && { waitingFor }),
    // A backup of an earlier version of the product may hold such values.
    ...(document.sensitive !== false && { warning: WARNING }),
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

/** The manifest in the file that was built last. */
export class GetManifest extends Query<Manifest> {
  constructor(readonly backupId: string) {
    super();
  }
}

@QueryHandler(GetManifest)
export class GetManifestHandler implements IQueryHandler<GetManifest> {
  constructor(private readonly streams: Streams) {}

  /** Read from the log, so that it stays when the file is gone or can be opened by nobody here. */
  async execute({ backupId }: GetManifest): Promise<Manifest> {
    let isKnown = false;
    for await (const page of this.streams.pagesBack<BackupEvents>(backupStream(backupId)))
      for (const event of page) {
        isKnown = true;
        if (event.type !== 'backup.completed.v2') continue;
        if (event.data.manifest) return event.data.manifest;
        throw new Refusal('backup-manifest-none');
      }
    throw new Refusal(isKnown ? 'backup-file-none' : 'backup-unknown');
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

// The chore that tells of backups whose file is about to be deleted.
import { Injectable } from '@nestjs/common';
import { backups } from '../../projections/backups';
import { Chore } from '../jobs/chore';
import { ReadModels } from '../read/read-models';
import type { Round } from '../supervision/aside';
import { sensitivityOf } from './notification-kinds.vocabulary';
import { Telling } from './telling';

/** Milliseconds before a file is deleted. */
const AHEAD_MS = 3 * 24 * 3_600_000;
const PAGE = 100;

@Injectable()
export class ExpiringBackups extends Chore {
  protected readonly part = 'chore:expiring-backups';

  constructor(
    private readonly readModels: ReadModels,
    private readonly telling: Telling,
  ) {
    super();
  }

  async sweep({ each, signal }: Round, now: Date): Promise<void> {
    const soon = new Date(now.getTime() + AHEAD_MS).toISOString();
    const filter = { file: { $ne: null }, fileExpiresAt: { $gt: now.toISOString(), $lte: soon } };
    const expiring = { filter, sort: ['fileExpiresAt'], limit: PAGE };
    for await (const page of this.readModels.pages(backups, expiring))
      for (const { id: backupId, fileExpiresAt, sensitive, requestedBy: userId } of page) {
        const about = { backupId, expiresAt: fileExpiresAt!, ...sensitivityOf(sensitive) };
        // A file that is built again expires again.
        const ofId = `${backupId}/${fileExpiresAt}`;
        await each(backupId, () =>
          this.telling.tell({ kind: 'BACKUP_EXPIRING', about, ofId, userId }, signal),
        );
      }
  }
}

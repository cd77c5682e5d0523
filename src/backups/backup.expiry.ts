// The chore that deletes the files of backups whose time is over, and files that no backup names.
import { Injectable } from '@nestjs/common';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Chore } from '../jobs/chore';
import { sweepFiles } from '../jobs/stored-files';
import type { Round } from '../supervision/aside';
import { KeptFiles } from './schedules/kept-files';
import { backupFiles } from './backup.decider';

@Injectable()
export class BackupExpiry extends Chore {
  protected readonly part = 'chore:backups';

  constructor(
    readonly streams: Streams,
    readonly files: Files,
    private readonly kept: KeptFiles,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    // Before anything is deleted: a schedule may keep it.
    await this.kept.settle();
    await sweepFiles(backupFiles, this, round, now);
  }
}

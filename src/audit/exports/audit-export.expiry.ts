// The chore that deletes the files of exports of the audit log whose time is over, and files that no export names.
import { Injectable } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { Chore } from '../../jobs/chore';
import { sweepFiles } from '../../jobs/stored-files';
import type { Round } from '../../supervision/aside';
import { auditExportFiles } from './audit-export.decider';

@Injectable()
export class AuditExportExpiry extends Chore {
  protected readonly part = 'chore:audit-exports';

  constructor(
    readonly streams: Streams,
    readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    await sweepFiles(auditExportFiles, this, round, now);
  }
}

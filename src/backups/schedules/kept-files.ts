// Keeps the files of scheduled backups as long as the schedule says. Nothing else keeps a file beyond its 14 days.
import { Injectable } from '@nestjs/common';
import { backups, type BackupDocument } from '../../../projections/backups';
import { systemMeta } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { backup, backupStream, keepFile, type Backup } from '../backup.decider';
import { keptUntil } from './retention';
import { BACKUP_SCHEDULE, backupSchedule } from './schedule.decider';

const PAGE = 200;
const SCHEDULED = { file: { $ne: null }, dueAt: { $ne: null } };

@Injectable()
export class KeptFiles {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {}

  /** Has every stored file of a scheduled backup expire when the schedule says. Repeating it is harmless. */
  async settle(): Promise<void> {
    const { schedule } = (await this.streams.load(backupSchedule, BACKUP_SCHEDULE)).state;
    // Without a schedule files stay as long as was told.
    if (!schedule) return;
    const stored = await this.stored();
    for (const [i, until] of (await this.untilOf(stored)).entries()) {
      const decide = (state: Backup) => keepFile(state, until);
      await this.streams.change(backup, backupStream(stored[i]!.id), decide, systemMeta('backups'));
    }
  }

  /** Until when the file of a backup that is being built is kept beyond the 14 days. */
  async untilFor(job: BackupDocument): Promise<Date | undefined> {
    if (job.dueAt === null) return undefined;
    const others = (await this.stored()).filter(({ id }) => id !== job.id);
    return (await this.untilOf([...others, job])).at(-1);
  }

  private async untilOf(stored: readonly BackupDocument[]): Promise<(Date | undefined)[]> {
    const { schedule } = (await this.streams.load(backupSchedule, BACKUP_SCHEDULE)).state;
    if (!schedule?.keep) return stored.map(() => undefined);
    const times = stored.map(({ requestedAt }) => new Date(requestedAt));
    return keptUntil(times, schedule.keep, schedule.timeZone);
  }

  private async stored(): Promise<BackupDocument[]> {
    const stored: BackupDocument[] = [];
    const options = { filter: SCHEDULED, sort: ['requestedAt'], limit: PAGE };
    for await (const page of this.readModels.pages(backups, options)) stored.push(...page);
    return stored;
  }
}

// The command that withdraws the stored ZIPs of backups that hold an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { backups, type BackupDocument } from '../../projections/backups';
import { stepOf } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { withdrawFile } from '../jobs/stored-files';
import { holdersOf, type ErasedRecord } from '../point-in-time/holders';
import { ReadModels } from '../read/read-models';
import { backupFiles, withdrawBackup, type Backup } from './backup.decider';

/**
 * Withdraws all backups that hold a record which has been erased; answers the ids of those whose file was deleted.
 * Repeating it is harmless.
 */
export class WithdrawBackups extends Command<string[]> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

/** Backups that had a file or were being built at the erasure; attempts that start later know of it. */
const MAY_HOLD = { $or: [{ file: { $ne: null } }, { status: 'RUNNING' }] };

@CommandHandler(WithdrawBackups)
export class WithdrawBackupsHandler implements ICommandHandler<WithdrawBackups> {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly files: Files,
  ) {}

  async execute({ erased }: WithdrawBackups): Promise<string[]> {
    const { objectType, erasedAt, meta } = erased;
    const withdrawn: string[] = [];
    const mayHold = ({ objectTypes }: BackupDocument) =>
      objectTypes === null || objectTypes.includes(objectType);
    for await (const { id } of holdersOf(erased, this, backups, MAY_HOLD, mayHold)) {
      const withdraw = (state: Backup) => withdrawBackup(state, erasedAt);
      const { events } = await withdrawFile(backupFiles, this, id, withdraw, stepOf(meta));
      if (events.some(({ type }) => type === 'backup.withdrawn.v1')) withdrawn.push(id);
    }
    return withdrawn;
  }
}

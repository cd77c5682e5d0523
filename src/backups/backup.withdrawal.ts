// The command that withdraws the stored ZIPs of backups that hold an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { backups } from '../../projections/backups';
import { stepOf } from '../caller';
import { recordStream } from '../crm/schemas/object-types';
import type { RecordEvents } from '../crm/records/record.events';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { foldedAt, withoutValues } from '../point-in-time/record-at';
import { ReadModels } from '../read/read-models';
import { backup, backupStream, withdrawBackup } from './backup.decider';

const PAGE = 100;

/**
 * Withdraws all backups that hold a record which has been erased; answers the ids of those whose file was deleted.
 * Repeating it is harmless.
 */
export class WithdrawBackups extends Command<string[]> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    /** Position of the erasure. */
    readonly erasedAt: bigint,
    /** The metadata of every event, each of which gets a command id of its own. */
    readonly meta: Meta,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@CommandHandler(WithdrawBackups)
export class WithdrawBackupsHandler implements ICommandHandler<WithdrawBackups> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  async execute(asked: WithdrawBackups): Promise<string[]> {
    const { objectType, recordId, signal } = asked;
    // The list then has every backup that had a file or was being built at the erasure; attempts that start later know
    // of it.
    await this.readModels.waitFor(backups, await this.streams.store.head(), signal);
    const history = await withoutValues(this.streams.pages<RecordEvents>(recordStream(objectType, recordId)));
    const withdrawn: string[] = [];
    const filter = { $or: [{ file: { $ne: null } }, { status: 'RUNNING' }] };
    for await (const page of this.readModels.pages(backups, { filter, limit: PAGE }))
      for (const { id, objectTypes, position } of page) {
        signal.throwIfAborted();
        const holds = objectTypes === null || objectTypes.includes(objectType);
        if (holds && (await foldedAt([history], BigInt(position))).erased && (await this.withdraw(id, asked)))
          withdrawn.push(id);
      }
    return withdrawn;
  }

  /**
   * Appends the event before it deletes the file: after a crash in between, no backup names the file, and it is swept.
   */
  private async withdraw(backupId: string, { erasedAt, meta }: WithdrawBackups): Promise<boolean> {
    let path: string | undefined;
    const { events } = await this.streams.change(
      backup,
      backupStream(backupId),
      (state) => {
        path = state.status === 'none' ? undefined : state.file?.path;
        return withdrawBackup(state, erasedAt);
      },
      stepOf(meta),
    );
    const isWithdrawn = events.some(({ type }) => type === 'backup.withdrawn.v1');
    if (isWithdrawn && path !== undefined) await this.files.remove(path);
    return isWithdrawn;
  }
}

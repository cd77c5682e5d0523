// The chore that deletes the files of backups whose time is over, and files that no backup names.
import { Injectable } from '@nestjs/common';
import { backups, type BackupDocument } from '../../projections/backups';
import { systemMeta } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import type { Round } from '../supervision/aside';
import { Chore } from '../jobs/chore';
import { ReadModels } from '../read/read-models';
import { backup, backupStream, expireFile, type Backup } from './backup.decider';

export const BACKUPS_FOLDER = 'backups';
const PAGE = 200;

@Injectable()
export class BackupExpiry extends Chore {
  protected readonly part = 'chore:backups';

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const { readModels } = this;
    await readModels.waitFor(backups, await this.streams.store.head(), round.signal);
    const filter = { $and: [{ file: { $ne: null } }, { fileExpiresAt: { $lte: now.toISOString() } }] };
    for await (const page of readModels.pages(backups, { filter, limit: PAGE }))
      for (const found of page) await round.each(found.id, () => this.expire(found, now));
    await this.sweepOrphans(round);
  }

  private async expire({ id, file }: BackupDocument, now: Date): Promise<void> {
    if (file !== null) await this.files.remove(file);
    const decide = (state: Backup) => expireFile(state, now);
    await this.streams.change(backup, backupStream(id), decide, systemMeta('backups'));
  }

  /** Deletes files that no backup names: those of attempts that died before they told of the file. */
  private async sweepOrphans(round: Round): Promise<void> {
    for (const name of await this.files.list(BACKUPS_FOLDER))
      await round.each(name, () => this.removeOrphan(name));
  }

  private async removeOrphan(name: string): Promise<void> {
    const [backupId = ''] = name.split('-');
    const { state } = await this.streams.load(backup, backupStream(backupId));
    if (state.status === 'none' || state.status === 'queued' || state.status === 'running') return;
    const path = `${BACKUPS_FOLDER}/${name}`;
    if (state.file?.path !== path) await this.files.remove(path);
  }
}

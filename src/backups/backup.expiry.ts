// Deletes the files of backups whose time is over, and those that no backup names.
import { backups } from '../../projections/backups';
import { systemMeta } from '../caller';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import { Hourly } from '../jobs/hourly';
import type { ReadModels } from '../read/read-models';
import { backup, backupStream, expireFile } from './backup.decider';

export const BACKUPS_FOLDER = 'backups';

export class BackupExpiry {
  private readonly hourly = new Hourly();

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  /** As soon as the list of backups is up to date, and every hour. */
  start(onError: (error: unknown) => void): void {
    this.hourly.start((signal) => this.expireFiles(new Date(), signal), onError);
  }

  stop(): void {
    this.hourly.stop();
  }

  async expireFiles(now: Date, signal: AbortSignal): Promise<void> {
    const { readModels, files } = this;
    await readModels.waitFor(backups, await this.streams.store.head(), signal);
    const filter = { $and: [{ file: { $ne: null } }, { fileExpiresAt: { $lte: now.toISOString() } }] };
    const { docs } = await readModels.find(backups, { filter, limit: 200 });
    for (const { id, file } of docs) {
      if (file !== null) await files.remove(file);
      await this.streams.change(
        backup,
        backupStream(id),
        (state) => expireFile(state, now),
        systemMeta('backups'),
      );
    }
    signal.throwIfAborted();
    await this.sweepOrphans();
  }

  /** Files that no backup names: of attempts that died between renaming and telling. */
  private async sweepOrphans(): Promise<void> {
    const { streams, files } = this;
    for (const name of await files.list(BACKUPS_FOLDER)) {
      const [backupId = ''] = name.split('-');
      const { state } = await streams.load(backup, backupStream(backupId));
      if (state.status === 'none' || state.status === 'queued' || state.status === 'running') continue;
      if (state.file?.path !== `${BACKUPS_FOLDER}/${name}`) await files.remove(`${BACKUPS_FOLDER}/${name}`);
    }
  }
}

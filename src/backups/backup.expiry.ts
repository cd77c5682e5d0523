// Deletes the files of backups whose time is over, and those that no backup names.
import { randomUUID } from 'node:crypto';
import { backups } from '../../projections/backups';
import type { Meta } from '../eventsourcing/event';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import type { ReadModels } from '../read/read-models';
import { backup, backupStream, expireFile } from './backup.decider';

export const BACKUPS_FOLDER = 'backups';
const EVERY_MS = 3_600_000;

export class BackupExpiry {
  private timer: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  /** As soon as the list of backups is up to date, and every hour. */
  start(onError: (error: unknown) => void): void {
    const expire = () =>
      void this.expireFiles(new Date()).catch((error: unknown) => {
        if (!this.stopping.signal.aborted) onError(error);
      });
    this.timer = setInterval(expire, EVERY_MS).unref();
    expire();
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  async expireFiles(now: Date): Promise<void> {
    const { readModels, files } = this;
    await readModels.waitFor(backups, await this.streams.store.head(), this.stopping.signal);
    const filter = { $and: [{ file: { $ne: null } }, { fileExpiresAt: { $lte: now.toISOString() } }] };
    const { docs } = await readModels.find(backups, { filter, limit: 200 });
    for (const { id, file } of docs) {
      if (file !== null) await files.remove(file);
      await this.streams.change(backup, backupStream(id), (state) => expireFile(state, now), systemMeta());
    }
    this.stopping.signal.throwIfAborted();
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

/** Nobody asked for it: Strata itself did. */
export const systemMeta = (): Meta => {
  const id = randomUUID();
  return {
    commandId: id,
    correlationId: id,
    actor: { type: 'system', id: 'backups' },
    source: { type: 'SYSTEM' },
    at: new Date().toISOString(),
  };
};

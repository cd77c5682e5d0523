// Deletes the files of exports whose time is over, and those that no export names.
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { exportList } from '../../projections/exports';
import { Config } from '../config';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Hourly } from '../jobs/hourly';
import { ReadModels } from '../read/read-models';
import { expireFile, exportDecider, exportStream } from './export.decider';
import { EXPORTS_FOLDER, exportMeta } from './export.process';

@Injectable()
export class ExportExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly hourly = new Hourly();
  private readonly logger = new Logger('Exports');

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('worker')) return;
    this.hourly.start(
      (signal) => this.expireFiles(new Date(), signal),
      (error) => this.logger.error({ err: error }, 'Looking for files of exports that have expired failed'),
    );
  }

  onModuleDestroy(): void {
    this.hourly.stop();
  }

  async expireFiles(now: Date, signal: AbortSignal): Promise<void> {
    const { streams, readModels, files } = this;
    await readModels.waitFor(exportList, await streams.store.head(), signal);
    const filter = {
      $and: [{ file: { $ne: null } }, { 'result.fileExpiresAt': { $lte: now.toISOString() } }],
    };
    const { docs } = await readModels.find(exportList, { filter, limit: 200 });
    for (const { id, file } of docs) {
      if (file !== null) await files.remove(file);
      await streams.change(
        exportDecider,
        exportStream(id),
        (state) => expireFile(state, now),
        exportMeta(id),
      );
    }
    signal.throwIfAborted();
    await this.sweepOrphans();
  }

  /** Files that no export names: of attempts that died between renaming and telling, or were withdrawn. */
  private async sweepOrphans(): Promise<void> {
    const { streams, files } = this;
    for (const name of await files.list(EXPORTS_FOLDER)) {
      const [exportId = ''] = name.split('-');
      const { state } = await streams.load(exportDecider, exportStream(exportId));
      if (state.status === 'queued' || state.status === 'running') continue;
      const path = `${EXPORTS_FOLDER}/${name}`;
      if (state.status === 'none' || state.file?.path !== path) await files.remove(path);
    }
  }
}

// The chore that deletes the files of exports whose time is over, and files that no export names.
import { Injectable } from '@nestjs/common';
import { exportList, type ExportDocument } from '../../projections/exports';
import { systemMeta } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import type { Round } from '../supervision/aside';
import { Chore } from '../jobs/chore';
import { ReadModels } from '../read/read-models';
import { expireFile, exportDecider, exportStream, type Export } from './export.decider';
import { EXPORTS_FOLDER } from './export.process';

const PAGE = 200;

@Injectable()
export class ExportExpiry extends Chore {
  protected readonly part = 'chore:exports';

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const { streams, readModels } = this;
    await readModels.waitFor(exportList, await streams.store.head(), round.signal);
    const filter = {
      $and: [{ file: { $ne: null } }, { 'result.fileExpiresAt': { $lte: now.toISOString() } }],
    };
    for await (const page of readModels.pages(exportList, { filter, limit: PAGE }))
      for (const found of page) await round.each(found.id, () => this.expire(found, now));
    await this.sweepOrphans(round);
  }

  private async expire({ id, file }: ExportDocument, now: Date): Promise<void> {
    if (file !== null) await this.files.remove(file);
    const decide = (state: Export) => expireFile(state, now);
    await this.streams.change(exportDecider, exportStream(id), decide, systemMeta('exports'));
  }

  /**
   * Deletes files that no export names: those of attempts that died before they told of the file, and of exports that
   * were withdrawn.
   */
  private async sweepOrphans(round: Round): Promise<void> {
    for (const name of await this.files.list(EXPORTS_FOLDER))
      await round.each(name, () => this.removeOrphan(name));
  }

  private async removeOrphan(name: string): Promise<void> {
    const [exportId = ''] = name.split('-');
    const { state } = await this.streams.load(exportDecider, exportStream(exportId));
    if (state.status === 'queued' || state.status === 'running') return;
    const path = `${EXPORTS_FOLDER}/${name}`;
    if (state.status === 'none' || state.file?.path !== path) await this.files.remove(path);
  }
}

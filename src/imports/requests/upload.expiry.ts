// The chore that deletes files of imports: uploads that nobody will read any more, because their import has ended or
// was never recorded; files of runs that lost their import to a successor; and, after 90 days, error lists, which hold
// customers' values.
import { Injectable } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import type { Round } from '../../supervision/aside';
import { Chore } from '../../jobs/chore';
import { importDecider, importStream } from '../import.decider';
import { folderOf, IMPORTS_FOLDER, legacyErrorsPath, removeLeftovers } from '../passes/import-errors';

/** An older upload belongs to no request that is still being answered. */
const REQUEST_MS = 24 * 3_600_000;
const ERRORS_KEPT_MS = 90 * 24 * 3_600_000;

@Injectable()
export class UploadExpiry extends Chore {
  protected readonly part = 'chore:uploads';

  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    for (const importId of await this.files.list(IMPORTS_FOLDER))
      await round.each(importId, () => this.expire(importId, now));
  }

  private async expire(importId: string, now: Date): Promise<void> {
    const folder = folderOf(importId);
    const names = await this.files.list(folder);
    // The import left no files.
    if (names.length === 0) return;
    const { state } = await this.streams.load(importDecider, importStream(importId));
    if (state.status === 'ended') {
      await removeLeftovers(this.files, importId, state.errors);
      const list = state.errors?.file ?? legacyErrorsPath(importId);
      const [over] = await this.files.olderThan([list], ERRORS_KEPT_MS, now);
      if (over !== undefined) await this.files.remove(folder);
    } else if (state.status === 'none') {
      const paths = names.map((name) => `${folder}/${name}`);
      await this.files.removeAll(await this.files.olderThan(paths, REQUEST_MS, now));
    }
  }
}

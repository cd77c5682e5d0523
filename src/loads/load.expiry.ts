// The chore that deletes files of loads: ZIPs that nobody will read any more, files of runs that lost their load to a
// successor, and, after 90 days, plans and lists of what did not fit.
import { Injectable } from '@nestjs/common';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Chore } from '../jobs/chore';
import type { Round } from '../supervision/aside';
import { loadDecider, loadStream } from './load.decider';
import { folderOf, LOADS_FOLDER, removeLeftovers } from './load-files';

/** An older upload belongs to no request that is still being answered. */
const REQUEST_MS = 24 * 3_600_000;
const KEPT_MS = 90 * 24 * 3_600_000;

@Injectable()
export class LoadExpiry extends Chore {
  protected readonly part = 'chore:loads';

  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    for (const loadId of await this.files.list(LOADS_FOLDER))
      await round.each(loadId, () => this.expire(loadId, now));
  }

  private async expire(loadId: string, now: Date): Promise<void> {
    const folder = folderOf(loadId);
    const paths = (await this.files.list(folder)).map((name) => `${folder}/${name}`);
    if (paths.length === 0) return;
    const { state } = await this.streams.load(loadDecider, loadStream(loadId));
    if (state.status === 'ended') await removeLeftovers(this.files, loadId, state.keeps);
    if (state.status !== 'ended' && state.status !== 'none') return;
    const age = state.status === 'none' ? REQUEST_MS : KEPT_MS;
    await this.files.removeAll(await this.files.olderThan(paths, age, now));
  }
}

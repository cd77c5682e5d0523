// The chore that deletes lists of refused records by runs that lost their restore to a successor.
import { Injectable } from '@nestjs/common';
import type { Round } from '../supervision/aside';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Chore } from '../jobs/chore';
import { binRestore, binRestoreStream } from './bin-restore.decider';
import { refusedLists } from './bin-restore.process';

@Injectable()
export class BinRestoreExpiry extends Chore {
  protected readonly part = 'chore:bin-lists';

  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round): Promise<void> {
    const endOf = async (restoreId: string) => {
      const { state } = await this.streams.load(binRestore, binRestoreStream(restoreId));
      return state.status === 'ended' ? { named: state.refused } : undefined;
    };
    await refusedLists.sweep(this.files, endOf, round);
  }
}

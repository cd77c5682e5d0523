// The chore that deletes the files of restore plans that nobody can use any more, since they hold customers' values,
// and the lists of runs that lost their restore to a successor.
import { Injectable } from '@nestjs/common';
import { restores } from '../../../projections/restores';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { Chore } from '../../jobs/chore';
import { sweepFiles } from '../../jobs/stored-files';
import { ReadModels } from '../../read/read-models';
import type { Round } from '../../supervision/aside';
import { restore, restoreStream } from '../restore.decider';
import { keptLists, PENDING } from '../restore.process';
import { planFiles } from './plan.decider';

const PAGE = 200;

@Injectable()
export class PlanExpiry extends Chore {
  protected readonly part = 'chore:plans';

  constructor(
    readonly streams: Streams,
    private readonly readModels: ReadModels,
    readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const endOf = async (restoreId: string) => {
      const { state } = await this.streams.load(restore, restoreStream(restoreId));
      return state.status === 'ended' ? { named: state.kept } : undefined;
    };
    await keptLists.sweep(this.files, endOf, round);
    const used = await this.usedPaths(round);
    await sweepFiles(planFiles, this, round, now, (path) => used.has(path));
  }

  /** The files of restores that have not ended. */
  private async usedPaths({ signal }: Round): Promise<ReadonlySet<string>> {
    await this.readModels.waitFor(restores, await this.streams.store.head(), signal);
    const used = new Set<string>();
    for await (const page of this.readModels.pages(restores, { filter: PENDING, limit: PAGE }))
      for (const { planFile } of page) used.add(planFile);
    return used;
  }
}

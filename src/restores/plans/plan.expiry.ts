// The chore that deletes the files of restore plans that nobody can use any more, since they hold customers' values,
// and the lists of runs that lost their restore to a successor.
import { Injectable } from '@nestjs/common';
import { restores } from '../../../projections/restores';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import type { Round } from '../../supervision/aside';
import { Chore } from '../../jobs/chore';
import { ReadModels } from '../../read/read-models';
import { restorePlan, restorePlanStream, type Plan } from './plan.decider';
import { PLANS_FOLDER } from './plan.process';
import { restore, restoreStream } from '../restore.decider';
import { keptLists, PENDING } from '../restore.process';

/** Milliseconds after which a restore that was accepted in the last moment has named its plan. */
const GRACE_MS = 3_600_000;

@Injectable()
export class PlanExpiry extends Chore {
  protected readonly part = 'chore:plans';

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    await this.expirePlans(now, round);
    const endOf = async (restoreId: string) => {
      const { state } = await this.streams.load(restore, restoreStream(restoreId));
      return state.status === 'ended' ? { named: state.kept } : undefined;
    };
    await keptLists.sweep(this.files, endOf, round);
  }

  /** Goes through the files on disk, so that files which a crash left behind are deleted, too. */
  private async expirePlans(now: Date, round: Round): Promise<void> {
    const { streams, readModels, files } = this;
    const names = await files.list(PLANS_FOLDER);
    if (names.length === 0) return;
    await readModels.waitFor(restores, await streams.store.head(), round.signal);
    const { docs } = await readModels.find(restores, { filter: PENDING, limit: 200 });
    const used = new Set(docs.map(({ planFile }) => planFile));
    for (const name of names) {
      const path = `${PLANS_FOLDER}/${name}`;
      const [planId = ''] = name.split('.');
      await round.each(name, async () => {
        const { state } = await streams.load(restorePlan, restorePlanStream(planId));
        if (isOver(state, path, now) && !used.has(path)) await files.remove(path);
      });
    }
  }
}

const isPast = (expiresAt: string, now: Date): boolean => Date.parse(expiresAt) + GRACE_MS <= now.getTime();

/**
 * Whether a plan's file is no longer needed; also where another run of the plan was faster than the one that wrote the
 * file.
 */
function isOver(plan: Plan, path: string, now: Date): boolean {
  switch (plan.status) {
    case 'planning':
      return false;
    case 'executed':
      return plan.withdrawn === true || path !== plan.ready.file || isPast(plan.ready.expiresAt, now);
    case 'ready':
      return path !== plan.ready.file || isPast(plan.ready.expiresAt, now);
    case 'none':
    case 'withdrawn':
    case 'failed':
    case 'cancelled':
      return true;
  }
}

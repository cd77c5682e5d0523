// Deletes the files of restore plans that nobody can use any more: they hold customers' values.
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { restores } from '../../projections/restores';
import { Config } from '../config';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Hourly } from '../jobs/hourly';
import { ReadModels } from '../read/read-models';
import { restorePlan, restorePlanStream, type Plan } from './plan.decider';
import { PLANS_FOLDER } from './plan.process';
import { PENDING } from './restore.process';

/** An execution accepted in the last moment has named its restore by then. */
const GRACE_MS = 3_600_000;

@Injectable()
export class PlanExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly hourly = new Hourly();
  private readonly logger = new Logger('Restores');

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
      (error) => this.logger.error({ err: error }, 'Looking for files of plans that have expired failed'),
    );
  }

  onModuleDestroy(): void {
    this.hourly.stop();
  }

  /** Goes by what lies on disk, so that what a crash left of a plan goes too. */
  async expireFiles(now: Date, signal: AbortSignal): Promise<void> {
    const { streams, readModels, files } = this;
    const names = await files.list(PLANS_FOLDER);
    if (names.length === 0) return;
    await readModels.waitFor(restores, await streams.store.head(), signal);
    const { docs } = await readModels.find(restores, { filter: PENDING, limit: 200 });
    const used = new Set(docs.map(({ planFile }) => planFile));
    for (const name of names) {
      signal.throwIfAborted();
      const path = `${PLANS_FOLDER}/${name}`;
      const [planId = ''] = name.split('.');
      const { state } = await streams.load(restorePlan, restorePlanStream(planId));
      if (isOver(state, now) && !used.has(path)) await files.remove(path);
    }
  }
}

const isPast = (expiresAt: string, now: Date): boolean => Date.parse(expiresAt) + GRACE_MS <= now.getTime();

function isOver(plan: Plan, now: Date): boolean {
  switch (plan.status) {
    case 'planning':
      return false;
    case 'executed':
      return plan.withdrawn === true || isPast(plan.ready.expiresAt, now);
    case 'ready':
      return isPast(plan.ready.expiresAt, now);
    case 'none':
    case 'withdrawn':
    case 'failed':
    case 'cancelled':
      return true;
  }
}

// The job that makes restore plans: fixes what is read, has a thread write the rows, and records the result.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { properties } from '../../../projections/crm/properties';
import { schemas } from '../../../projections/crm/schemas';
import { recordIdRange, records } from '../../../projections/crm/records';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import { Config } from '../../config';
import { definitionsAt } from '../../crm/properties/definitions';
import { groupsFilter } from '../../crm/search/search';
import { jobMeta } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { Jobs, type JobContext } from '../../jobs/jobs';
import { runInThread } from '../../jobs/thread.client';
import { Projector } from '../../read/projector';
import { ProjectionStopped, ReadModels } from '../../read/read-models';
import { planFailed, planMade, restorePlan, restorePlanStream, type Plan } from './plan.decider';
import type { MadePlan } from './plan-file';
import type { PlanTask } from './plan.worker';
import { restoreCommandId } from '../record-changes';
import type { RestorePlanEvents } from '../restore.events';

export const PLANS = 'restore-plans';
export const PLANS_FOLDER = 'restore-plans';
const ATTEMPTS = 3;

@Injectable()
export class PlanProcess implements OnModuleInit {
  /** Errors so far by plan id, in this process. */
  private readonly errors = new Map<string, number>();

  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly projector: Projector,
    private readonly files: Files,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: PLANS,
      projection: restorePlans,
      pending: { status: 'PLANNING' },
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.fail(job, reason),
    });
  }

  private async run(job: RestorePlanDocument, context: JobContext): Promise<void> {
    const release = this.projector.hold(BigInt(job.position));
    // No two runs write one file: the plan names the file of the first run that says it is ready.
    const run = randomUUID();
    const file = `${PLANS_FOLDER}/${job.id}.${run}.jsonl`;
    try {
      const made = await this.make(job, file, context);
      const at = new Date().toISOString();
      const { events } = await this.record(job, `ready/${run}`, (plan) =>
        planMade(plan, { file, ...made }, at),
      );
      // The plan was cancelled meanwhile, has failed, or was made by another run.
      if (events.length === 0) await this.files.remove(file);
      this.errors.delete(job.id);
    } catch (error) {
      if (context.signal.aborted) return;
      await this.failed(job, error);
    } finally {
      release();
    }
  }

  /** Makes the plan; starts again where a rebuilt collection of records is switched in meanwhile. */
  private async make(job: RestorePlanDocument, file: string, context: JobContext): Promise<MadePlan> {
    const { signal } = context;
    const report = (done: number, total: number) => context.report(done, total);
    for (;;) {
      const input = await this.taskOf(job, file, signal);
      const module = require.resolve('./plan.worker');
      const making = runInThread<MadePlan, PlanTask>({ module, name: 'makePlan', input, signal, report });
      const made = await making.catch((error: unknown) => error as Error);
      if ((await this.readModels.collection(records)) !== input.collection) continue;
      if (made instanceof Error) throw made;
      return made;
    }
  }

  /** The first errors may pass: the runner of jobs logs them and tries again. */
  private async failed(job: RestorePlanDocument, error: unknown): Promise<void> {
    // Nothing is wrong with the plan: it waits until the projection goes on.
    if (error instanceof ProjectionStopped) throw error;
    const errors = (this.errors.get(job.id) ?? 0) + 1;
    this.errors.set(job.id, errors);
    if (errors < ATTEMPTS) throw error;
    this.errors.delete(job.id);
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    const reason = full
      ? 'There is no space left for the plan'
      : 'The plan could not be made; the log of the server says why';
    await this.fail(job, reason);
  }

  private async fail(job: RestorePlanDocument, reason: string): Promise<void> {
    await this.record(job, 'failed', (plan) => planFailed(plan, reason));
  }

  private async taskOf(job: RestorePlanDocument, file: string, signal: AbortSignal): Promise<PlanTask> {
    const [position, madeAt] = [BigInt(job.position), BigInt(job.madeAt)];
    for (const projection of [records, properties, schemas])
      await this.readModels.waitFor(projection, madeAt, signal);
    const collection = await this.readModels.collection(records);
    const checkpoint = await this.readModels.checkpoint(records);
    const objects: PlanTask['objects'][number][] = [];
    let total = 0;
    for (const selection of job.objects) {
      const { objectType, filterGroups } = selection;
      const then = await definitionsAt(this.readModels, this.streams, objectType, position);
      const now = await definitionsAt(this.readModels, this.streams, objectType, madeAt);
      const byName = new Map(now.map((definition) => [definition.name, definition]));
      const filter = filterGroups && groupsFilter(objectType, byName, filterGroups);
      objects.push({ selection, then, now, filter });
      total += await this.readModels.count(records, { id: recordIdRange(objectType) });
    }
    const { DATA_DIR, EVENTSTORE_URL, MONGODB_URL } = this.config;
    return {
      stores: { DATA_DIR, EVENTSTORE_URL, MONGODB_URL },
      filesDir: this.files.root,
      scratchDir: join(DATA_DIR, 'scratch'),
      ...{ file, collection, checkpoint, position, madeAt, modes: job.modes, objects, total },
    };
  }

  private async record(
    { id }: RestorePlanDocument,
    step: string,
    decide: (plan: Plan) => EventOf<RestorePlanEvents>[],
  ) {
    const stream = restorePlanStream(id);
    const [first] = await this.streams.history<RestorePlanEvents>(stream);
    if (!first) throw new Error('A plan without its request');
    const commandId = restoreCommandId(id, step);
    const meta = jobMeta(commandId, { type: 'system', id: PLANS }, { type: 'SYSTEM' }, first.meta);
    return this.streams.change(restorePlan, stream, decide, meta, { mayRepeat: true });
  }
}

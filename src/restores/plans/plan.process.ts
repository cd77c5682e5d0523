// The job that makes restore plans: fixes what is read, has a thread write the rows, and records the result.
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { properties } from '../../../projections/crm/properties';
import { schemas } from '../../../projections/crm/schemas';
import { records } from '../../../projections/crm/records';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import { associationLabelsAt } from '../../crm/associations/types/association-types';
import { bothDefinitionsAt, definitionsAt } from '../../crm/properties/definitions';
import { SEES_ALL } from '../../crm/properties/values/sensitivity';
import { AssociatedThen } from '../../crm/search/associated/associated-then';
import { groupsFilter } from '../../crm/search/search';
import { Streams } from '../../eventsourcing/streams';
import { FileJobs, type FileJobKind } from '../../jobs/file-jobs';
import { runInThread } from '../../jobs/thread.client';
import type { Places } from '../../jobs/thread-stores';
import { ReadModels } from '../../read/read-models';
import type { RestorePlanEvents } from '../restore.events';
import type { Guard } from './guard';
import { Guards } from './guards';
import { planFailed, planFiles, planMade, type Plan } from './plan.decider';
import type { MadePlan } from '../rows/plan-file';
import type { PlanTask } from './plan.worker';

export const PLANS = 'restore-plans';
/** Plans that take back what a cause did. */
export const UNDOS = 'restore-undos';

export const PLANNING = { status: 'PLANNING' };

/** What was made, and what the account asks of it at this moment. */
type GuardedPlan = MadePlan & { readonly guard: Guard };

/** What jobs that make plans have in common, whatever the plan is made from. */
export const planJobs: Omit<
  FileJobKind<RestorePlanDocument, Plan, RestorePlanEvents, string, GuardedPlan>,
  'name' | 'pending' | 'reads' | 'build'
> = {
  projection: restorePlans,
  stored: planFiles,
  words: { file: 'plan', built: 'made' },
  asked: ['restoreplan.requested.v1'],
  readsUpTo: ({ madeAt }) => madeAt,
  // No event tells of a start: the plan names the file of the first run that says it is ready.
  start: () => [],
  runOf: (plan) => (plan.status === 'planning' ? randomUUID() : undefined),
  complete: (plan, { file, built: { guard, ...made }, at }) =>
    planMade(plan, { file, ...made }, guard, at.toISOString()),
  fail: planFailed,
};

@Injectable()
export class PlanProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly guards: Guards,
    private readonly associatedThen: AssociatedThen,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      ...planJobs,
      name: PLANS,
      pending: { ...PLANNING, after: { $exists: false } },
      reads: [records, properties, schemas],
      build: async (job, places, context) => {
        const input = await this.taskOf(job, places, context.signal);
        const module = require.resolve('./plan.worker');
        const made = await runInThread<MadePlan, PlanTask>({ module, name: 'makePlan', input, ...context });
        return { ...made, guard: await this.guards.ofPlan(job.id) };
      },
    });
  }

  private async taskOf(job: RestorePlanDocument, places: Places, signal: AbortSignal): Promise<PlanTask> {
    const [position, madeAt] = [BigInt(job.position), BigInt(job.madeAt)];
    const collection = await this.readModels.collection(records);
    const checkpoint = await this.readModels.checkpoint(records);
    const objects: PlanTask['objects'][number][] = [];
    for (const selection of job.objects) {
      const { objectType, filterGroups } = selection;
      const then = await definitionsAt(this.readModels, this.streams, objectType, position);
      const { current: now, ever } = await bothDefinitionsAt(
        this.readModels,
        this.streams,
        objectType,
        madeAt,
      );
      const byName = new Map(now.map((definition) => [definition.name, definition]));
      const asked = { position: madeAt, viewer: SEES_ALL, signal };
      const associated = await this.associatedThen.matches(objectType, filterGroups, asked);
      const filter = filterGroups && groupsFilter(objectType, byName, filterGroups, { associated });
      objects.push({ selection, then, now, unique: ever.filter((one) => one.hasUniqueValue), filter });
    }
    const linkTypes = job.modes.restoreAssociations
      ? Object.keys(await associationLabelsAt(this.streams, madeAt))
      : [];
    return { ...places, collection, checkpoint, position, madeAt, modes: job.modes, objects, linkTypes };
  }
}

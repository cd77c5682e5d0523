// The job that makes plans of undoing: fixes what is read, and has a thread write the rows.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { audit } from '../../../projections/audit/audit';
import { properties } from '../../../projections/crm/properties';
import { records } from '../../../projections/crm/records';
import { schemas } from '../../../projections/crm/schemas';
import type { RestorePlanDocument } from '../../../projections/restore-plans';
import { associationLabelsAt } from '../../crm/associations/types/association-types';
import { bothDefinitionsAt } from '../../crm/properties/definitions';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Streams } from '../../eventsourcing/streams';
import { FileJobs } from '../../jobs/file-jobs';
import { runInThread } from '../../jobs/thread.client';
import type { Places } from '../../jobs/thread-stores';
import { ReadModels } from '../../read/read-models';
import { Guards } from '../plans/guards';
import { PLANNING, planJobs, UNDOS } from '../plans/plan.process';
import type { MadePlan } from '../rows/plan-file';
import type { UndoTask } from './undo.worker';

@Injectable()
export class UndoProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly guards: Guards,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      ...planJobs,
      name: UNDOS,
      pending: { ...PLANNING, after: { $exists: true } },
      reads: [audit, records, properties, schemas],
      build: async (job, places, context) => {
        const input = await this.taskOf(job, places);
        const module = require.resolve('./undo.worker');
        const made = await runInThread<MadePlan, UndoTask>({ module, name: 'makeUndo', input, ...context });
        return { ...made, guard: await this.guards.ofPlan(job.id) };
      },
    });
  }

  private async taskOf(job: RestorePlanDocument, places: Places): Promise<UndoTask> {
    const madeAt = BigInt(job.madeAt);
    const definitions: Record<string, UndoTask['definitions'][string]> = {};
    const unique: Record<string, UndoTask['unique'][string]> = {};
    for (const { name } of await this.objectTypes.all()) {
      const { current, ever } = await bothDefinitionsAt(this.readModels, this.streams, name, madeAt);
      [definitions[name], unique[name]] = [current, ever.filter((one) => one.hasUniqueValue)];
    }
    return {
      ...places,
      cause: job.source.undo!,
      ...{ after: BigInt(job.after!), upTo: BigInt(job.upTo!), madeAt, modes: job.modes },
      entries: await this.readModels.collection(audit),
      collection: await this.readModels.collection(records),
      checkpoint: await this.readModels.checkpoint(records),
      ...{ definitions, unique },
      linkTypes: Object.keys(await associationLabelsAt(this.streams, madeAt)),
    };
  }
}

// Queries on drills: their history, and a single one.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { drills, type DrillDocument } from '../../projections/drills';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import type { Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import type { Difference, Steps } from './drill.events';
import { DRILL_JOB } from './drill.process';

export interface DrillView {
  readonly id: string;
  readonly status: 'PENDING' | 'PASSED' | 'FAILED' | 'CANCELLED';
  /** When it ended; of one that has not ended, when it was asked for. */
  readonly at: string;
  readonly position: string;
  readonly ok: boolean | null;
  readonly all: boolean;
  readonly dueAt: string | null;
  readonly requestedBy: string | null;
  readonly seconds: number | null;
  readonly rpoSeconds: number | null;
  /** What building, verifying and loading took together: a restore of everything that the backup holds. */
  readonly rtoSeconds: number | null;
  readonly steps?: Steps;
  readonly records: number | null;
  readonly compared: number | null;
  readonly folded: number | null;
  readonly differences: number | null;
  readonly first: readonly Difference[];
  readonly reason: string | null;
  readonly progress?: Progress;
}

export function rtoOf(steps: Steps | undefined): number | null {
  if (!steps || steps.build === null || steps.verify === null || steps.load === null) return null;
  return Math.round((steps.build + steps.verify + steps.load) * 1_000) / 1_000;
}

function statusOf({ status, ok }: DrillDocument): DrillView['status'] {
  if (status !== 'ENDED') return status;
  return ok ? 'PASSED' : 'FAILED';
}

function viewOf(document: DrillDocument, progress: Progress | undefined): DrillView {
  const { id, status, position, ok, all, dueAt, requestedBy, steps } = document;
  const of = <T>(value: T | null | undefined): T | null => value ?? null;
  return {
    ...{ id, status: statusOf(document), at: document.endedAt ?? document.requestedAt, position, ok, all },
    ...{ dueAt, requestedBy, seconds: of(document.seconds) },
    ...{ rpoSeconds: of(document.rpoSeconds), rtoSeconds: rtoOf(steps), ...(steps && { steps }) },
    ...{ records: of(document.records), compared: of(document.compared), folded: of(document.folded) },
    ...{ differences: of(document.differences), first: document.first ?? [], reason: of(document.reason) },
    ...(status === 'PENDING' && { progress: progress ?? { done: 0, total: 0 } }),
  };
}

export class GetDrill extends Query<DrillView> {
  constructor(
    readonly drillId: string,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

export class ListDrills extends Query<Found<DrillView>> {
  constructor(
    readonly limit: number,
    readonly after: string | undefined,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetDrill)
export class GetDrillHandler implements IQueryHandler<GetDrill> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  async execute({ drillId, fresh }: GetDrill): Promise<DrillView> {
    const found = await this.readModels.get(drills, drillId, fresh);
    if (!found) throw new Refusal('drill-unknown');
    return viewOf(found, await this.jobs.progress(DRILL_JOB, drillId));
  }
}

@QueryHandler(ListDrills)
export class ListDrillsHandler implements IQueryHandler<ListDrills> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  async execute({ limit, after, fresh }: ListDrills): Promise<Found<DrillView>> {
    const options = { sort: ['-requestedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(drills, options, fresh);
    const view = async (document: DrillDocument) =>
      viewOf(document, await this.jobs.progress(DRILL_JOB, document.id));
    return { docs: await Promise.all(docs.map(view)), ...(next !== undefined && { next }) };
  }
}

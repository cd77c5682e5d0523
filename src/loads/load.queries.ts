// Queries on loads: the list, a single load with its plan, what did not fit.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { loads, type LoadDocument } from '../../projections/transfers/loads';
import { Files } from '../files/files';
import { pageOfList } from '../files/kept-list';
import type { LinePage } from '../files/lines';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import { DocumentStore, type Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import type { ErrorLine } from './load-files';
import { loadState } from './load-progress';
import type { LoadCounters, LoadOptions } from './load.events';
import { keptView, type PlanView } from './plan/plan-view';

export const LOAD_JOB = 'load';

export interface LoadView extends LoadOptions {
  readonly id: string;
  readonly status: LoadDocument['status'];
  readonly fileName: string;
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly progress: Progress;
  readonly counts: LoadCounters;
  /** What is to be done, or was; not in the list of loads, and gone 90 days after the end. */
  readonly plan?: PlanView;
  /** Why the load failed; holds no values. */
  readonly error?: string;
}

export class ListLoads extends Query<Found<LoadView>> {
  constructor(
    readonly asked: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Refused with `load-unknown`. */
export class GetLoad extends Query<LoadView> {
  constructor(
    readonly loadId: string,
    readonly fresh: Freshness = {},
    readonly withPlan = true,
  ) {
    super();
  }
}

/** Refused with `load-unknown`, `load-errors-expired`. */
export class ListLoadErrors extends Query<LinePage<ErrorLine>> {
  constructor(
    readonly loadId: string,
    readonly asked: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class Loads {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly jobs: Jobs,
  ) {}

  async document(loadId: string, fresh?: Freshness): Promise<LoadDocument> {
    const found = await this.readModels.get(loads, loadId, fresh);
    if (!found) throw new Refusal('load-unknown');
    return found;
  }

  state(loadId: string) {
    return loadState(this.documents, loadId);
  }

  async view(found: LoadDocument, withPlan: boolean): Promise<LoadView> {
    const { id, status, fileName, options, requestedAt, requestedBy, startedAt, endedAt, error } = found;
    const running = found.counters ? undefined : await this.state(id);
    const counts = found.counters ?? running!.counters;
    const plan = withPlan ? await keptView(this.files, found.plan ?? running?.plan) : undefined;
    return {
      ...{ id, status, fileName, ...options, requestedAt, requestedBy },
      ...(startedAt !== undefined && { startedAt }),
      ...(endedAt !== undefined && { endedAt }),
      progress: await this.progress(id, counts, running === undefined),
      counts,
      ...(plan && { plan }),
      ...(error !== undefined && { error }),
    };
  }

  private async progress(id: string, { rows }: LoadCounters, ended: boolean): Promise<Progress> {
    if (ended) return { done: rows, total: rows };
    const reported = await this.jobs.progress(LOAD_JOB, id);
    const done = Math.max(rows, reported?.done ?? 0);
    return { done, total: Math.max(done, reported?.total ?? 0) };
  }
}

@QueryHandler(ListLoads)
export class ListLoadsHandler implements IQueryHandler<ListLoads> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly loads: Loads,
  ) {}

  async execute({ asked: { limit, after }, fresh }: ListLoads): Promise<Found<LoadView>> {
    const options = { sort: ['-requestedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(loads, options, fresh);
    const views = await Promise.all(docs.map((found) => this.loads.view(found, false)));
    return { docs: views, ...(next !== undefined && { next }) };
  }
}

@QueryHandler(GetLoad)
export class GetLoadHandler implements IQueryHandler<GetLoad> {
  constructor(private readonly loads: Loads) {}

  async execute({ loadId, fresh, withPlan }: GetLoad): Promise<LoadView> {
    return this.loads.view(await this.loads.document(loadId, fresh), withPlan);
  }
}

@QueryHandler(ListLoadErrors)
export class ListLoadErrorsHandler implements IQueryHandler<ListLoadErrors> {
  constructor(
    private readonly loads: Loads,
    private readonly files: Files,
  ) {}

  async execute({ loadId, asked, fresh }: ListLoadErrors): Promise<LinePage<ErrorLine>> {
    const found = await this.loads.document(loadId, fresh);
    const list = found.counters ? found.errors : (await this.loads.state(loadId)).errors;
    if (list && !(await this.files.stat(list.file))) throw new Refusal('load-errors-expired');
    const { limit, after } = asked;
    return pageOfList<ErrorLine>(this.files, list, { limit, ...(after !== undefined && { after }) });
  }
}

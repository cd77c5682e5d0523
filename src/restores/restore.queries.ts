// Queries on restores: the list, a single restore, and its records that are told one by one.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { restores, type RestoreDocument } from '../../projections/restores';
import { Files } from '../files/files';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { pageOfList } from '../files/kept-list';
import type { LinePage } from '../files/lines';
import { atTheStart, type KeptRecord, type Outcome } from './execute-plan';
import { countOf } from './restore.decider';
import { pageOf, type Paging } from './plans/plan.queries';
import { keptLists, RESTORES, watermarkOf } from './restore.process';

export type RestoreView = Omit<RestoreDocument, 'planFile' | 'planSha256' | 'rows' | 'kept'> & {
  readonly progress: Progress;
};

export class GetRestore extends Query<RestoreView> {
  constructor(
    readonly restoreId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The outcomes of a restore that has not ended are those of its last watermark. */
async function restoreView(
  { planFile: _file, planSha256: _hash, kept: _list, rows, ...restore }: RestoreDocument,
  documents: DocumentStore,
  jobs: Jobs,
): Promise<RestoreView> {
  const mark = restore.outcomes ? undefined : await watermarkOf(documents, restore.id);
  const outcomes = restore.outcomes ?? (mark ?? atTheStart).outcomes;
  const reported = restore.endedAt ? undefined : await jobs.progress(RESTORES, restore.id);
  const done = Math.max(countOf(outcomes), reported?.done ?? 0);
  return { ...restore, outcomes, progress: { done, total: rows } };
}

@QueryHandler(GetRestore)
export class GetRestoreHandler implements IQueryHandler<GetRestore> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly jobs: Jobs,
  ) {}

  async execute({ restoreId, fresh }: GetRestore): Promise<RestoreView> {
    const restore = await this.readModels.get(restores, restoreId, fresh);
    if (!restore) throw new Refusal('restore-unknown');
    return restoreView(restore, this.documents, this.jobs);
  }
}

export class ListRestores extends Query<LinePage<RestoreView>> {
  constructor(
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListRestores)
export class ListRestoresHandler implements IQueryHandler<ListRestores> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly jobs: Jobs,
  ) {}

  async execute({ paging, fresh }: ListRestores): Promise<LinePage<RestoreView>> {
    const found = await this.readModels.find(restores, { sort: ['-requestedAt'], ...pageOf(paging) }, fresh);
    const docs = await Promise.all(found.docs.map((one) => restoreView(one, this.documents, this.jobs)));
    return { ...found, docs };
  }
}

export class ListKeptRecords extends Query<LinePage<KeptRecord>> {
  constructor(
    readonly restoreId: string,
    readonly paging: Paging,
    readonly outcome: Outcome | undefined,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListKeptRecords)
export class ListKeptRecordsHandler implements IQueryHandler<ListKeptRecords> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly files: Files,
  ) {}

  async execute({ restoreId, paging, outcome, fresh }: ListKeptRecords): Promise<LinePage<KeptRecord>> {
    const restore = await this.readModels.get(restores, restoreId, fresh);
    if (!restore) throw new Refusal('restore-unknown');
    const list = restore.endedAt
      ? await keptLists.ofEnded(this.files, restoreId, restore.kept)
      : (await watermarkOf(this.documents, restoreId))?.kept;
    return pageOfList<KeptRecord>(this.files, list, {
      ...pageOf(paging),
      ...(outcome !== undefined && { matches: (kept) => kept.outcome === outcome }),
    });
  }
}

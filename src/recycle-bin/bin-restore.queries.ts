// Queries on restores from the recycle bin that run as jobs: the list, a single one, and its refused records.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { binRestores, type BinRestoreDocument } from '../../projections/bin-restores';
import type { Caller } from '../caller';
import { knowsJob, knowsOwnJobsAlone } from '../crm/records/reach';
import { touching } from '../crm/schemas/object-type.vocabulary';
import type { Viewer } from '../crm/properties/values/sensitivity';
import { Files } from '../files/files';
import { pageOfList } from '../files/kept-list';
import type { LinePage } from '../files/lines';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import { DocumentStore, type Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { BinRecords, type BinResult } from './bin-records';
import { noOutcomes } from './bin-restore.decider';
import { BIN_RESTORES, binMarkOf, countOf, refusedLists } from './bin-restore.process';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

const pageOf = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });

export type BinRestoreView = Omit<BinRestoreDocument, 'refused'> & { readonly progress: Progress };

/** Refused with `bin-restore-unknown`, also where the caller may not know of it. */
export class GetBinRestore extends Query<BinRestoreView> {
  constructor(
    readonly restoreId: string,
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/**
 * Lists the restores that the caller may know of, newest first; only those of the given object types where there are
 * any.
 */
export class ListBinRestores extends Query<Found<BinRestoreView>> {
  constructor(
    readonly paging: Paging,
    readonly objectTypes: readonly string[] | undefined,
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class ListRefusedRecords extends Query<LinePage<BinResult>> {
  constructor(
    readonly restoreId: string,
    readonly paging: Paging,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The outcomes of a job that has not ended are those of its last page. */
async function viewOf(
  { refused: _list, ...found }: BinRestoreDocument,
  documents: DocumentStore,
  jobs: Jobs,
): Promise<BinRestoreView> {
  const mark = found.outcomes ? undefined : await binMarkOf(documents, found.id);
  const outcomes = found.outcomes ?? mark?.outcomes ?? noOutcomes;
  const done = countOf(outcomes);
  if (found.endedAt !== undefined) return { ...found, outcomes, progress: { done, total: done } };
  const reported = await jobs.progress(BIN_RESTORES, found.id);
  const progress = { done: Math.max(done, reported?.done ?? 0), total: Math.max(mark?.total ?? 0, done) };
  return { ...found, outcomes, progress };
}

@QueryHandler(GetBinRestore)
export class GetBinRestoreHandler implements IQueryHandler<GetBinRestore> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly jobs: Jobs,
  ) {}

  async execute({ restoreId, caller, fresh }: GetBinRestore): Promise<BinRestoreView> {
    const found = await this.readModels.get(binRestores, restoreId, fresh);
    if (!found) throw new Refusal('bin-restore-unknown');
    const touches = touching([found.objectType]);
    if (!knowsJob(caller, { ...found, touches })) throw new Refusal('bin-restore-unknown');
    return viewOf(found, this.documents, this.jobs);
  }
}

@QueryHandler(ListBinRestores)
export class ListBinRestoresHandler implements IQueryHandler<ListBinRestores> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly jobs: Jobs,
  ) {}

  async execute({ paging, objectTypes, caller, fresh }: ListBinRestores): Promise<Found<BinRestoreView>> {
    const filter = {
      ...(objectTypes && { objectType: { $in: objectTypes } }),
      ...(knowsOwnJobsAlone(caller) && { requestedBy: caller.userId }),
    };
    const options = { filter, sort: ['-requestedAt'], ...pageOf(paging) };
    const found = await this.readModels.find(binRestores, options, fresh);
    return {
      ...found,
      docs: await Promise.all(found.docs.map((one) => viewOf(one, this.documents, this.jobs))),
    };
  }
}

@QueryHandler(ListRefusedRecords)
export class ListRefusedRecordsHandler implements IQueryHandler<ListRefusedRecords> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly binRecords: BinRecords,
  ) {}

  async execute({ restoreId, paging, viewer, fresh }: ListRefusedRecords): Promise<LinePage<BinResult>> {
    const found = await this.readModels.get(binRestores, restoreId, fresh);
    if (!found) throw new Refusal('bin-restore-unknown');
    const list = found.endedAt
      ? await refusedLists.ofEnded(this.files, restoreId, found.refused)
      : (await binMarkOf(this.documents, restoreId))?.refused;
    const page = await pageOfList<BinResult>(this.files, list, pageOf(paging));
    return { ...page, docs: await this.binRecords.named(found.objectType, page.docs, viewer) };
  }
}

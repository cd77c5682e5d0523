// What is known of restores from the bin that run as jobs: the list, one by id, and the records that were refused.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { binRestores, type BinRestoreDocument } from '../../projections/bin-restores';
import type { Viewer } from '../crm/properties/sensitivity';
import { Files } from '../files/files';
import { pageOfLines, type LinePage } from '../files/lines';
import { Jobs, type Progress } from '../jobs/jobs';
import { DocumentStore, type Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { BinRecords, type BinResult } from './bin-records';
import { noOutcomes } from './bin-restore.decider';
import { BIN_RESTORES, binMarkKey, countOf, refusedFile, type BinMark } from './bin-restore.process';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

const pageOf = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });

export type BinRestoreView = BinRestoreDocument & { readonly progress: Progress };

export class GetBinRestore extends Query<BinRestoreView> {
  constructor(
    readonly restoreId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Newest first; of these object types only, where they are given. */
export class ListBinRestores extends Query<Found<BinRestoreView>> {
  constructor(
    readonly paging: Paging,
    readonly objectTypes: readonly string[] | undefined,
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

/** Outcomes of a job that has not ended are those of its last page. */
async function viewOf(
  found: BinRestoreDocument,
  documents: DocumentStore,
  jobs: Jobs,
): Promise<BinRestoreView> {
  const mark = found.outcomes ? undefined : await documents.getState<BinMark>(binMarkKey(found.id));
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

  async execute({ restoreId, fresh }: GetBinRestore): Promise<BinRestoreView> {
    const found = await this.readModels.get(binRestores, restoreId, fresh);
    if (!found) throw new Refusal('bin-restore-unknown');
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

  async execute({ paging, objectTypes, fresh }: ListBinRestores): Promise<Found<BinRestoreView>> {
    const filter = objectTypes && { objectType: { $in: objectTypes } };
    const options = { sort: ['-id'], ...pageOf(paging), ...(filter && { filter }) };
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
    // While it runs, the list may be ahead of what counts.
    const ended = found.endedAt !== undefined;
    const mark = ended ? undefined : await this.documents.getState<BinMark>(binMarkKey(restoreId));
    const page = await pageOfLines<BinResult>(this.files, refusedFile(restoreId), {
      ...pageOf(paging),
      ...(!ended && { length: mark?.keptBytes ?? 0 }),
    });
    return { ...page, docs: await this.binRecords.named(found.objectType, page.docs, viewer) };
  }
}

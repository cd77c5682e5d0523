// Queries on comparisons: the list, a single one, its rows page by page, and its rows as CSV.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { comparisons, type ComparisonDocument } from '../../../projections/time-travel/comparisons';
import { Definitions } from '../../crm/properties/definitions';
import { hiddenByType } from '../../crm/properties/values/hidden-names';
import { maskedChanges, type Names, type Viewer } from '../../crm/properties/values/sensitivity';
import { EventStore } from '../../eventsourcing/event-store';
import { Files } from '../../files/files';
import { pageOfLines, type LinePage } from '../../files/lines';
import type { Progress } from '../../jobs/job-progress';
import { Jobs } from '../../jobs/jobs';
import type { ChangeRow } from '../../point-in-time/changes/change';
import { timeOf } from '../../point-in-time/time-of';
import { ReadModels, type Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import type { ComparisonSummary } from './comparison.events';
import { csvOf } from './comparison-csv';
import { COMPARISONS } from './comparison.process';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}
const pageOf = ({ limit, after }: Paging) => ({ limit, ...(after !== undefined && { after }) });

export type ComparisonView = Omit<
  ComparisonDocument,
  'status' | 'file' | 'position' | 'summary' | 'withdrawn'
> &
  Partial<ComparisonSummary> & {
    readonly status: ComparisonDocument['status'] | 'EXPIRED';
    /** ISO times of the positions. */
    readonly fromTime: string;
    readonly toTime: string;
    readonly progress?: Progress;
  };

const isOver = ({ status, withdrawn, expiresAt }: ComparisonDocument, now: Date): boolean =>
  status === 'READY' && (withdrawn === true || now.toISOString() >= expiresAt!);

export class GetComparison extends Query<ComparisonView> {
  constructor(
    readonly comparisonId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class ListComparisons extends Query<LinePage<ComparisonView>> {
  constructor(
    readonly paging: Paging,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The document of a comparison whose rows can be read. */
export class GetCompared extends Query<ComparisonDocument & { readonly file: string }> {
  constructor(
    readonly comparisonId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Which rows: all of these conditions count. */
export interface Choice {
  /** The plural name. */
  readonly objectType?: string | undefined;
  readonly kind?: ChangeRow['kind'] | undefined;
  readonly what?: ChangeRow['what'] | undefined;
  readonly property?: string | undefined;
}

export class ListChangeRows extends Query<LinePage<ChangeRow>> {
  constructor(
    readonly comparisonId: string,
    readonly choice: Choice,
    readonly paging: Paging,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The rows as lines of CSV, in chunks; ends early when the signal aborts. */
export class ReadChangesCsv extends Query<AsyncIterable<string>> {
  constructor(
    readonly comparisonId: string,
    readonly viewer: Viewer,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

/** Makes views of comparisons. */
abstract class Viewing {
  constructor(
    protected readonly readModels: ReadModels,
    private readonly jobs: Jobs,
    private readonly eventStore: EventStore,
  ) {}

  protected async viewOf(document: ComparisonDocument): Promise<ComparisonView> {
    const { file: _file, position: _position, withdrawn: _withdrawn, summary, ...shown } = document;
    const { id, status, from, to } = document;
    const time = async (position: string) => (await timeOf(this.eventStore, BigInt(position))).toISOString();
    return {
      ...shown,
      status: isOver(document, new Date()) ? 'EXPIRED' : status,
      ...{ fromTime: await time(from), toTime: await time(to) },
      ...summary,
      ...(status === 'RUNNING' && {
        progress: (await this.jobs.progress(COMPARISONS, id)) ?? { done: 0, total: 0 },
      }),
    };
  }
}

@QueryHandler(GetComparison)
export class GetComparisonHandler extends Viewing implements IQueryHandler<GetComparison> {
  constructor(readModels: ReadModels, jobs: Jobs, eventStore: EventStore) {
    super(readModels, jobs, eventStore);
  }

  async execute({ comparisonId, fresh }: GetComparison): Promise<ComparisonView> {
    const found = await this.readModels.get(comparisons, comparisonId, fresh);
    if (!found) throw new Refusal('comparison-unknown');
    return this.viewOf(found);
  }
}

@QueryHandler(ListComparisons)
export class ListComparisonsHandler extends Viewing implements IQueryHandler<ListComparisons> {
  constructor(readModels: ReadModels, jobs: Jobs, eventStore: EventStore) {
    super(readModels, jobs, eventStore);
  }

  async execute({ paging, fresh }: ListComparisons): Promise<LinePage<ComparisonView>> {
    const options = { sort: ['-requestedAt'], ...pageOf(paging) };
    const found = await this.readModels.find(comparisons, options, fresh);
    return { ...found, docs: await Promise.all(found.docs.map((one) => this.viewOf(one))) };
  }
}

@QueryHandler(GetCompared)
export class GetComparedHandler implements IQueryHandler<GetCompared> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  async execute({ comparisonId, fresh }: GetCompared) {
    const found = await this.readModels.get(comparisons, comparisonId, fresh);
    if (!found) throw new Refusal('comparison-unknown');
    const { file } = found;
    if (file === undefined) throw new Refusal('comparison-not-ready');
    // The file is deleted after its time: no rows would say that nothing has changed.
    if (isOver(found, new Date()) || !(await this.files.stat(file))) throw new Refusal('comparison-expired');
    return { ...found, file };
  }
}

const isChosen =
  ({ objectType, kind, what, property }: Choice) =>
  (row: ChangeRow): boolean =>
    (objectType === undefined || row.objectType === objectType || row.to?.objectType === objectType) &&
    (kind === undefined || row.kind === kind) &&
    (what === undefined || row.what === what) &&
    (property === undefined || Object.hasOwn(row.changes, property));

const shown = (row: ChangeRow, hidden: Names | undefined): ChangeRow =>
  hidden && row.what === 'record' ? { ...row, changes: maskedChanges(row.changes, hidden) } : row;

@QueryHandler(ListChangeRows)
export class ListChangeRowsHandler implements IQueryHandler<ListChangeRows> {
  constructor(
    private readonly compared: GetComparedHandler,
    private readonly files: Files,
    private readonly definitions: Definitions,
  ) {}

  async execute(query: ListChangeRows): Promise<LinePage<ChangeRow>> {
    const { comparisonId, choice, paging, viewer, fresh } = query;
    const { file } = await this.compared.execute(new GetCompared(comparisonId, fresh));
    const options = { ...pageOf(paging), matches: isChosen(choice) };
    const page = await pageOfLines<ChangeRow>(this.files, file, options);
    const types = page.docs.map(({ objectType }) => objectType);
    const hidden = await hiddenByType(viewer, this.definitions, types);
    return { ...page, docs: page.docs.map((row) => shown(row, hidden.get(row.objectType))) };
  }
}

@QueryHandler(ReadChangesCsv)
export class ReadChangesCsvHandler implements IQueryHandler<ReadChangesCsv> {
  constructor(
    private readonly compared: GetComparedHandler,
    private readonly files: Files,
    private readonly definitions: Definitions,
  ) {}

  async execute({ comparisonId, viewer, signal }: ReadChangesCsv): Promise<AsyncIterable<string>> {
    const { file, summary } = await this.compared.execute(new GetCompared(comparisonId, {}));
    const hidden = await hiddenByType(viewer, this.definitions, Object.keys(summary?.byObject ?? {}));
    return csvOf(this.files.read(file), (row) => shown(row, hidden.get(row.objectType)), signal);
  }
}

// Queries on imports, in HubSpot's shapes: the list, a single import, its errors.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { imports, type ImportDocument } from '../../projections/imports';
import { restores, type RestoreDocument } from '../../projections/restores';
import type { Definitions } from '../crm/properties/definitions';
import type { Caller } from '../caller';
import { knownJobs, knowsJob } from '../crm/records/reach';
import { hiddenFrom } from '../crm/properties/values/sensitivity';
import type { FindType } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Files } from '../files/files';
import { pageOfList, type KeptList } from '../files/kept-list';
import type { LinePage } from '../files/lines';
import { DocumentStore, type Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { legacyErrorsPath, type ErrorLine } from './passes/import-errors';
import { importState } from './passes/import-progress';
import { importRequest } from './requests/import-request';
import type { ImportCounters } from './import-counters.vocabulary';
import type { CsvFormat } from './rows/csv-format';

export interface ImportView {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly importName: string;
  /** Absent where the entry stands for records that a restore brings back: restores are listed among imports. */
  readonly importSource?: 'API';
  readonly optOutImport: false;
  readonly mappedObjectTypeIds: readonly string[];
  readonly importRequestJson?: unknown;
  /** Nothing is written: the counters say what would be. */
  readonly dryRun?: true;
  /** How each file is read, as the request says or as it was found. */
  readonly readAs?: readonly (CsvFormat & { readonly fileName: string })[];
  readonly metadata: {
    readonly counters: Readonly<Record<string, number>>;
    readonly fileIds: readonly string[];
    readonly objectLists: readonly { readonly listId: string; readonly objectType: string }[];
  };
  /** Why the import failed: names the row, but no value. */
  readonly error?: string;
}

export class ListImports extends Query<Found<ImportView>> {
  constructor(
    readonly asked: { readonly limit: number; readonly after?: string | undefined },
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Refused with `import-unknown`, also where the caller may not know of it. */
export class GetImport extends Query<ImportView> {
  constructor(
    readonly importId: string,
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/**
 * A line of the error list as a viewer may see it. `withheld` lines have no cells, because the viewer may not see some
 * of their values.
 */
export type ShownLine = ErrorLine & { readonly withheld: boolean };

export class ListImportErrors extends Query<LinePage<ShownLine>> {
  constructor(
    readonly importId: string,
    readonly asked: { readonly limit: number; readonly after?: string | undefined },
    readonly viewer: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Reads imports with facts that their documents lack: the progress of a running import, and how a restore went. */
export class Imports {
  constructor(
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
  ) {}

  async document(importId: string, caller: Caller, fresh?: Freshness): Promise<ImportDocument> {
    const found = await this.readModels.get(imports, importId, fresh);
    if (!found || !knowsJob(caller, { ...found, requestedBy: found.job?.actor.userId }))
      throw new Refusal('import-unknown');
    return found;
  }

  async views(found: readonly ImportDocument[]): Promise<ImportView[]> {
    const ids = found.flatMap(({ restore }) => (restore ? [restore.restoreId] : []));
    const carried = ids.length > 0 ? await this.readModels.getMany(restores, [...new Set(ids)]) : undefined;
    const find = await this.objectTypes.finder();
    return Promise.all(
      found.map(async (one) =>
        one.restore
          ? restoreView(one, carried?.get(one.restore.restoreId), find)
          : importView(one, find, one.counters ?? (await this.state(one.id)).counters),
      ),
    );
  }

  private state(importId: string) {
    return importState(this.documents, this.files, importId);
  }

  /**
   * The error list as far as it counts: for a running import, up to its last recorded row. Refused with
   * `import-errors-expired` once the list has been deleted.
   */
  async errorList({ id, counters, errors }: ImportDocument): Promise<KeptList | undefined> {
    if (!counters) return (await this.state(id)).errors;
    const found = await this.files.stat(errors?.file ?? legacyErrorsPath(id));
    if (!found && counters.errors > 0) throw new Refusal('import-errors-expired');
    // A list of an older version counts as a whole: it had no recorded length.
    return found && (errors ?? { file: legacyErrorsPath(id), bytes: found.bytes });
  }

  /**
   * Answers for each file, by its number, whether its rows are withheld from a viewer because one of its columns has
   * values that the viewer may not see. Once the file is deleted, nothing tells which cell belongs to that column.
   */
  async withholds({ job }: ImportDocument, viewer: Caller): Promise<(file: number) => boolean> {
    const asked = importRequest(await this.objectTypes.finder()).safeParse(job?.request);
    // An object type of the request no longer exists, so nobody can tell what its columns were.
    if (!asked.success) return () => viewer.scopes !== 'all' || !viewer.superAdmin;
    const withheld = new Set<number>();
    for (const [file, { fileImportPage }] of asked.data.files.entries())
      for (const { ignored, objectType, toType, propertyName } of fileImportPage.columnMappings) {
        if (ignored || propertyName === undefined) continue;
        for (const type of toType === undefined ? [objectType] : [objectType, toType])
          if (hiddenFrom(viewer, type, await this.definitions.everOf(type)).has(propertyName))
            withheld.add(file);
      }
    return (file) => withheld.has(file);
  }
}

const shared = ({ id, name, objectTypes, createdAt }: ImportDocument, find: FindType) => ({
  id,
  importName: name,
  createdAt,
  optOutImport: false as const,
  mappedObjectTypeIds: objectTypes.map((type) => find(type)?.typeId ?? type),
});

function importView(found: ImportDocument, find: FindType, counters: ImportCounters): ImportView {
  return {
    ...shared(found, find),
    state: found.state ?? 'STARTED',
    updatedAt: found.updatedAt,
    importSource: 'API',
    importRequestJson: found.job?.request,
    ...(found.job?.dryRun && { dryRun: true }),
    ...(found.job && {
      readAs: found.job.files.flatMap(({ fileName, readAs }) => (readAs ? [{ fileName, ...readAs }] : [])),
    }),
    metadata: {
      counters: {
        TOTAL_ROWS: counters.totalRows,
        CREATED_OBJECTS: counters.createdObjects,
        UPDATED_OBJECTS: counters.updatedObjects,
        UNCHANGED_OBJECTS: counters.unchangedObjects,
        ERRORS: counters.errors + (counters.associationErrors ?? 0),
        ...byType('CREATED', counters.created),
        ...byType('UPDATED', counters.updated),
        ...(counters.associated !== undefined && { CREATED_ASSOCIATIONS: counters.associated }),
        ...(counters.associationErrors && { ASSOCIATION_ERRORS: counters.associationErrors }),
        ...(counters.emptyAssociations && { EMPTY_ASSOCIATIONS: counters.emptyAssociations }),
      },
      fileIds: (found.job?.files ?? []).map((_, n) => String(n)),
      objectLists: [],
    },
    ...(found.error !== undefined && { error: found.error }),
  };
}

/** Counts by object type, with names such as `CREATED_CONTACTS`; a custom type gives its own name. */
const byType = (what: string, counts: Readonly<Record<string, number>> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([type, count]) => [`${what}_${type.toUpperCase()}`, count]));

const restoreStates: Readonly<Record<RestoreDocument['status'], string>> = {
  QUEUED: 'STARTED',
  RUNNING: 'PROCESSING',
  COMPLETED: 'DONE',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELED',
};

const restoreView = (
  found: ImportDocument,
  restore: RestoreDocument | undefined,
  find: FindType,
): ImportView => ({
  ...shared(found, find),
  state: restore ? restoreStates[restore.status] : 'STARTED',
  updatedAt: restore?.endedAt ?? restore?.startedAt ?? found.updatedAt,
  metadata: { counters: { TOTAL_ROWS: found.restore?.rows ?? 0 }, fileIds: [], objectLists: [] },
});

@QueryHandler(ListImports)
export class ListImportsHandler implements IQueryHandler<ListImports> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly imports: Imports,
  ) {}

  async execute({ asked, caller, fresh }: ListImports): Promise<Found<ImportView>> {
    const { limit, after } = asked;
    const filter = knownJobs(caller, 'job.actor.userId');
    const options = { filter, sort: ['-createdAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(imports, options, fresh);
    return { docs: await this.imports.views(docs), ...(next !== undefined && { next }) };
  }
}

@QueryHandler(GetImport)
export class GetImportHandler implements IQueryHandler<GetImport> {
  constructor(private readonly imports: Imports) {}

  async execute({ importId, caller, fresh }: GetImport): Promise<ImportView> {
    const [view] = await this.imports.views([await this.imports.document(importId, caller, fresh)]);
    return view!;
  }
}

@QueryHandler(ListImportErrors)
export class ListImportErrorsHandler implements IQueryHandler<ListImportErrors> {
  constructor(
    private readonly imports: Imports,
    private readonly files: Files,
  ) {}

  async execute({ importId, asked, viewer, fresh }: ListImportErrors): Promise<LinePage<ShownLine>> {
    const found = await this.imports.document(importId, viewer, fresh);
    const list = await this.imports.errorList(found);
    const withholds = await this.imports.withholds(found, viewer);
    const { limit, after } = asked;
    const page = await pageOfList<ErrorLine>(this.files, list, {
      limit,
      ...(after !== undefined && { after }),
    });
    const docs = page.docs.map((line): ShownLine => {
      const withheld = withholds(line.file);
      return { ...line, withheld, cells: withheld ? [] : line.cells };
    });
    return { ...page, docs };
  }
}

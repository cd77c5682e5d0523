// Queries on exports, answered in HubSpot's shapes.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { exportList, type ExportDocument } from '../../projections/exports';
import type { Caller } from '../caller';
import { Definitions } from '../crm/properties/definitions';
import { knownJobs, knowsJob } from '../crm/records/reach';
import { requireReadable } from '../crm/properties/values/sensitivity';
import { requireScope } from '../identity/api-keys/scopes';
import type { Progress } from '../jobs/job-progress';
import { Jobs } from '../jobs/jobs';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { readScope } from './export.commands';
import { EXPORT_JOB } from './export.process';

/** An export as the API shows it. */
export interface ExportView {
  readonly id: string;
  readonly exportName: string;
  readonly exportType: 'VIEW';
  /** HubSpot's names of states. */
  readonly exportState: 'ENQUEUED' | 'PROCESSING' | 'DONE' | 'FAILED' | 'CANCELED';
  readonly objectType: string;
  readonly objectProperties: readonly string[];
  /** The properties that the file leaves out, because the requester may not see their values. */
  readonly maskedProperties: readonly string[];
  /** Types whose records are shown beside the exported records that they are associated with. */
  readonly associatedObjectTypes: readonly string[];
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly updatedAt: string;
  readonly requestedBy?: string;
  /** The position whose records are exported, as a decimal string. */
  readonly position: string;
  readonly progress: Progress;
  readonly recordCount?: number;
  readonly fileStatus: 'AVAILABLE' | 'EXPIRED' | 'NONE';
  readonly fileExpiresAt?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  /** The reason of a failure. */
  readonly error?: string;
}

const states = {
  QUEUED: 'ENQUEUED',
  RUNNING: 'PROCESSING',
  COMPLETED: 'DONE',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELED',
} as const satisfies Record<ExportDocument['status'], ExportView['exportState']>;

export const isRunning = ({ exportState }: ExportView): boolean =>
  exportState === 'ENQUEUED' || exportState === 'PROCESSING';

function fileStatus({ result, file }: ExportDocument, now: Date): ExportView['fileStatus'] {
  if (!result) return 'NONE';
  return file !== null && Date.parse(result.fileExpiresAt) > now.getTime() ? 'AVAILABLE' : 'EXPIRED';
}

function viewOf(document: ExportDocument, now: Date, running?: Progress): ExportView {
  const { id, name, status, objectType, request, position, result } = document;
  const rows = result?.rows ?? 0;
  const active = status === 'QUEUED' || status === 'RUNNING';
  return {
    ...{ id, exportName: name, exportType: 'VIEW', exportState: states[status] },
    ...{ objectType, objectProperties: request.properties, maskedProperties: request.masked },
    associatedObjectTypes: request.associated.types.map((type) => type.objectType),
    createdAt: document.requestedAt,
    ...(document.startedAt !== null && { startedAt: document.startedAt }),
    updatedAt: document.updatedAt,
    ...(document.requestedBy !== null && { requestedBy: document.requestedBy }),
    position,
    progress: active ? (running ?? { done: 0, total: 0 }) : { done: rows, total: rows },
    fileStatus: fileStatus(document, now),
    ...(result && {
      recordCount: result.rows,
      ...{ fileExpiresAt: result.fileExpiresAt, bytes: result.bytes, sha256: result.sha256 },
    }),
    ...(document.error !== null && { error: document.error }),
  };
}

/** Refused with `export-unknown`, also where the caller may not know of it. */
export class GetExport extends Query<ExportView> {
  constructor(
    readonly exportId: string,
    readonly caller: Caller,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

const exportView = async (document: ExportDocument, jobs: Jobs): Promise<ExportView> =>
  viewOf(document, new Date(), await jobs.progress(EXPORT_JOB, document.id));

@QueryHandler(GetExport)
export class GetExportHandler implements IQueryHandler<GetExport> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  async execute({ exportId, caller, fresh }: GetExport): Promise<ExportView> {
    const document = await this.readModels.get(exportList, exportId, fresh);
    if (!document || !knowsJob(caller, document)) throw new Refusal('export-unknown');
    return exportView(document, this.jobs);
  }
}

/**
 * An export whose file the caller may have. Refused with `scope-missing` where the caller may not read something in it.
 */
export class GetReadableExport extends Query<ExportView> {
  constructor(
    readonly exportId: string,
    readonly caller: Caller,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetReadableExport)
export class GetReadableExportHandler implements IQueryHandler<GetReadableExport> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
    private readonly definitions: Definitions,
  ) {}

  async execute({ exportId, caller, fresh }: GetReadableExport): Promise<ExportView> {
    const document = await this.readModels.get(exportList, exportId, fresh);
    if (!document || !knowsJob(caller, document)) throw new Refusal('export-unknown');
    const { objectType, request } = document;
    requireScope(caller, 'crm.export');
    await this.requireAll(
      caller,
      objectType,
      request.properties.filter((name) => !request.masked.includes(name)),
    );
    for (const { objectType: type, displayProperty } of request.associated.types)
      await this.requireAll(caller, type, displayProperty === null ? [] : [displayProperty]);
    return exportView(document, this.jobs);
  }

  private async requireAll(caller: Caller, objectType: string, names: readonly string[]): Promise<void> {
    requireScope(caller, readScope(objectType));
    requireReadable(caller, objectType, await this.definitions.everOf(objectType), names);
  }
}

export class ListExports extends Query<Found<ExportView>> {
  constructor(
    readonly caller: Caller,
    readonly limit: number,
    readonly after: string | undefined,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListExports)
export class ListExportsHandler implements IQueryHandler<ListExports> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  /** Lists the exports that the caller may know of, newest first. */
  async execute({ caller, limit, after, fresh }: ListExports): Promise<Found<ExportView>> {
    const filter = knownJobs(caller, 'requestedBy');
    const options = { filter, sort: ['-requestedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(exportList, options, fresh);
    const now = new Date();
    const view = async (document: ExportDocument) =>
      viewOf(document, now, await this.jobs.progress(EXPORT_JOB, document.id));
    return { docs: await Promise.all(docs.map(view)), ...(next !== undefined && { next }) };
  }
}

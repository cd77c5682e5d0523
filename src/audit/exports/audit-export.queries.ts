// Queries on exports of the audit log.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { auditExports, type AuditExportDocument } from '../../../projections/audit/audit-exports';
import type { Caller } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import type { Progress } from '../../jobs/job-progress';
import { Jobs } from '../../jobs/jobs';
import type { Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { version } from '../../version';
import type { AskedEntries, ExportFormat, ExportKind } from './audit-export.events';
import { requireRightsOf } from './export-rights';

/** Name of the kind of job. */
export const AUDIT_EXPORT_JOB = 'audit-export';

/** An export as the API shows it. */
export interface AuditExportView {
  readonly id: string;
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly status: AuditExportDocument['status'];
  readonly view?: string;
  readonly filter: AskedEntries['parameters'];
  /** Categories that the account's subscription does not have exported. */
  readonly leftOut: readonly string[];
  /** Entries after it are left out; a decimal string. */
  readonly position: string;
  readonly requestedAt: string;
  readonly requestedBy?: string;
  readonly scheduleId?: string;
  readonly completedAt?: string;
  readonly progress: Progress;
  /** Entries in the file. */
  readonly count?: number;
  readonly first?: string;
  readonly last?: string;
  readonly fileStatus: 'AVAILABLE' | 'EXPIRED' | 'NONE';
  readonly fileExpiresAt?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly error?: string;
}

export const isRunning = ({ status }: Pick<AuditExportView, 'status'>): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

function fileStatus({ result, file }: AuditExportDocument, now: Date): AuditExportView['fileStatus'] {
  if (!result) return 'NONE';
  return file !== null && Date.parse(result.fileExpiresAt) > now.getTime() ? 'AVAILABLE' : 'EXPIRED';
}

const known = (name: 'first' | 'last', position: string | null) =>
  position === null ? {} : { [name]: position };

const meantBy = ({ asked: { view, parameters } }: Pick<AuditExportDocument, 'asked'>) => ({
  ...(view !== null && { view }),
  filter: parameters,
});

function viewOf(document: AuditExportDocument, now: Date, running?: Progress): AuditExportView {
  const { id, kind, format, status, leftOut, position, requestedAt, result } = document;
  const rows = result?.rows ?? 0;
  return {
    ...{ id, kind, format, status },
    ...{ ...meantBy(document), leftOut, position, requestedAt },
    ...(document.requestedBy !== null && { requestedBy: document.requestedBy }),
    ...(document.scheduleId !== null && { scheduleId: document.scheduleId }),
    ...(result && { completedAt: result.completedAt }),
    progress: isRunning(document) ? (running ?? { done: 0, total: 0 }) : { done: rows, total: rows },
    ...(result && { count: rows, ...known('first', result.first), ...known('last', result.last) }),
    fileStatus: fileStatus(document, now),
    ...(result && { fileExpiresAt: result.fileExpiresAt, bytes: result.bytes, sha256: result.sha256 }),
    ...(document.error !== null && { error: document.error }),
  };
}

/** Super admins know of all exports, others of their own. */
const knows = ({ superAdmin, userId }: Caller, { requestedBy }: AuditExportDocument): boolean =>
  superAdmin || requestedBy === userId;

async function documentOf(
  readModels: ReadModels,
  exportId: string,
  caller: Caller,
  fresh?: Freshness,
): Promise<AuditExportDocument> {
  const document = await readModels.get(auditExports, exportId, fresh);
  if (!document || !knows(caller, document)) throw new Refusal('audit-export-unknown');
  return document;
}

export class GetAuditExport extends Query<AuditExportView> {
  constructor(
    readonly exportId: string,
    readonly caller: Caller,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetAuditExport)
export class GetAuditExportHandler implements IQueryHandler<GetAuditExport> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  async execute({ exportId, caller, fresh }: GetAuditExport): Promise<AuditExportView> {
    const document = await documentOf(this.readModels, exportId, caller, fresh);
    return viewOf(document, new Date(), await this.jobs.progress(AUDIT_EXPORT_JOB, exportId));
  }
}

/** An export whose file the caller may have. Refused with `access-denied` where it shows more than the caller may see. */
export class GetReadableAuditExport extends Query<AuditExportView> {
  constructor(
    readonly exportId: string,
    readonly caller: Caller,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetReadableAuditExport)
export class GetReadableAuditExportHandler implements IQueryHandler<GetReadableAuditExport> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ exportId, caller, fresh }: GetReadableAuditExport): Promise<AuditExportView> {
    const document = await documentOf(this.readModels, exportId, caller, fresh);
    requireRightsOf(document.viewer, caller);
    return viewOf(document, new Date());
  }
}

export class ListAuditExports extends Query<Found<AuditExportView>> {
  constructor(
    readonly caller: Caller,
    readonly limit: number,
    readonly after: string | undefined,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListAuditExports)
export class ListAuditExportsHandler implements IQueryHandler<ListAuditExports> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly jobs: Jobs,
  ) {}

  /** Newest first. */
  async execute({ caller, limit, after, fresh }: ListAuditExports): Promise<Found<AuditExportView>> {
    const filter = caller.superAdmin ? {} : { requestedBy: caller.userId };
    const options = { filter, sort: ['-requestedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(auditExports, options, fresh);
    const now = new Date();
    const view = async (one: AuditExportDocument) =>
      viewOf(one, now, await this.jobs.progress(AUDIT_EXPORT_JOB, one.id));
    return { docs: await Promise.all(docs.map(view)), ...(next !== undefined && { next }) };
  }
}

/** What the file of an export holds, by which whoever has it can tell that it is whole. */
export interface AuditExportManifest extends Pick<
  AuditExportView,
  'kind' | 'format' | 'view' | 'filter' | 'leftOut' | 'position' | 'requestedAt' | 'first' | 'last'
> {
  readonly exportId: string;
  readonly count: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the log whose entries they are: positions of another mean other entries. */
  readonly logId: string;
  readonly productVersion: string;
}

export class GetAuditExportManifest extends Query<AuditExportManifest> {
  constructor(
    readonly exportId: string,
    readonly caller: Caller,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetAuditExportManifest)
export class GetAuditExportManifestHandler implements IQueryHandler<GetAuditExportManifest> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  async execute({ exportId, caller, fresh }: GetAuditExportManifest): Promise<AuditExportManifest> {
    const { result, ...asked } = await documentOf(this.readModels, exportId, caller, fresh);
    if (!result) throw new Refusal('export-file-none');
    const { kind, format, leftOut, position, requestedAt } = asked;
    const { rows: count, first, last, bytes, sha256 } = result;
    return {
      ...{ exportId, kind, format, ...meantBy(asked), leftOut, requestedAt, position },
      ...{ count, ...known('first', first), ...known('last', last), bytes, sha256 },
      ...{ logId: this.streams.store.logId, productVersion: version },
    };
  }
}

// The query for schedules of exports of the audit log.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  auditExportSchedules,
  type AuditExportScheduleDocument,
} from '../../../../projections/audit/audit-export-schedules';
import { nextDue } from '../../../backups/schedules/due-times';
import type { Found } from '../../../read/document-store';
import { type Freshness, ReadModels } from '../../../read/read-models';

export interface ExportScheduleView extends AuditExportScheduleDocument {
  readonly nextRunAt?: string;
}

/** Oldest first. */
export class ListExportSchedules extends Query<Found<ExportScheduleView>> {
  constructor(
    readonly paging: { readonly limit: number; readonly after?: string | undefined; readonly id?: string },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListExportSchedules)
export class ListExportSchedulesHandler implements IQueryHandler<ListExportSchedules> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ paging: { limit, after, id }, fresh }: ListExportSchedules) {
    const options = {
      ...{ filter: id === undefined ? {} : { id }, sort: ['createdAt'], limit },
      ...(after !== undefined && { after }),
    };
    const { docs, ...found } = await this.readModels.find(auditExportSchedules, options, fresh);
    const now = new Date();
    const view = (doc: AuditExportScheduleDocument): ExportScheduleView => {
      const next = nextDue(doc, now);
      return { ...doc, ...(next && { nextRunAt: next.toISOString() }) };
    };
    return { ...found, docs: docs.map(view) };
  }
}

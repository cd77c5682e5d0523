// The Nest module of exports of the audit log: the routes, the job that makes the files, and the chore that deletes old
// ones.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../../crm/crm.module';
import { AuditModule } from '../audit.module';
import { ExportedEntries } from './asked-entries';
import {
  CancelAuditExportHandler,
  DownloadAuditExportHandler,
  LinkAuditExportHandler,
  RequestAuditExportHandler,
} from './audit-export.commands';
import { AuditExportExpiry } from './audit-export.expiry';
import { IntegrityModule } from '../integrity/integrity.module';
import { AuditExportProcess } from './audit-export.process';
import {
  GetAuditExportHandler,
  GetAuditExportManifestHandler,
  GetReadableAuditExportHandler,
  ListAuditExportsHandler,
} from './audit-export.queries';
import { WithdrawAuditExportsHandler } from './audit-export.withdrawal';
import { AuditExportsController } from './audit-exports.controller';
import { CreateExportScheduleHandler, DeleteExportScheduleHandler } from './schedules/schedule.commands';
import { ListExportSchedulesHandler } from './schedules/schedule.queries';
import { ExportScheduleRuns } from './schedules/schedule-runs';
import { ExportSchedulesController } from './schedules/schedules.controller';

@Module({
  imports: [CqrsModule, CrmModule, AuditModule, IntegrityModule],
  // The schedules' paths come first: an export's id could be any word.
  controllers: [ExportSchedulesController, AuditExportsController],
  providers: [
    ...[RequestAuditExportHandler, CancelAuditExportHandler, DownloadAuditExportHandler],
    ...[LinkAuditExportHandler, WithdrawAuditExportsHandler, ExportedEntries],
    ...[GetAuditExportHandler, GetAuditExportManifestHandler, GetReadableAuditExportHandler],
    ...[ListAuditExportsHandler, AuditExportProcess, AuditExportExpiry],
    ...[CreateExportScheduleHandler, DeleteExportScheduleHandler, ListExportSchedulesHandler],
    ExportScheduleRuns,
  ],
})
export class AuditExportsModule {}

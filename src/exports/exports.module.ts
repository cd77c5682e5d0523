// The Nest module of exports: the routes, the job that makes the files, and the chore that deletes old ones.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../crm/crm.module';
import { CancelExportHandler, DownloadExportHandler, RequestExportHandler } from './export.commands';
import { ExportExpiry } from './export.expiry';
import { ExportProcess } from './export.process';
import { WithdrawExportsHandler } from './export.withdrawal';
import { GetExportHandler, GetReadableExportHandler, ListExportsHandler } from './export.queries';
import { ExportsController } from './exports.controller';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [ExportsController],
  providers: [
    ...[RequestExportHandler, CancelExportHandler, DownloadExportHandler],
    ...[GetExportHandler, GetReadableExportHandler, ListExportsHandler, ExportProcess, ExportExpiry],
    WithdrawExportsHandler,
  ],
})
export class ExportsModule {}

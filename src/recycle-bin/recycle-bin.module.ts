// The Nest module of the recycle bin: its list, its restores, and the purge of records after 90 days.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../crm/crm.module';
import { BinController } from './bin.controller';
import { CancelBinRestoreHandler, RequestBinRestoreHandler, RestoreFromBinHandler } from './bin.commands';
import { IsInBinHandler, ListBinHandler, WhoArchivedHandler } from './bin.queries';
import { BinPurge } from './bin-purge';
import { BinRecords } from './bin-records';
import { BinRestoreExpiry } from './bin-restore.expiry';
import { BinRestoreProcess } from './bin-restore.process';
import {
  GetBinRestoreHandler,
  ListBinRestoresHandler,
  ListRefusedRecordsHandler,
} from './bin-restore.queries';
import { BinRestoresController } from './bin-restores.controller';

@Module({
  imports: [CqrsModule, CrmModule],
  // The controller with the fixed path comes first: as an object type, the other would take it.
  controllers: [BinRestoresController, BinController],
  providers: [
    BinRecords,
    BinRestoreProcess,
    BinPurge,
    BinRestoreExpiry,
    RestoreFromBinHandler,
    RequestBinRestoreHandler,
    CancelBinRestoreHandler,
    ListBinHandler,
    IsInBinHandler,
    WhoArchivedHandler,
    GetBinRestoreHandler,
    ListBinRestoresHandler,
    ListRefusedRecordsHandler,
  ],
})
export class RecycleBinModule {}

// The Nest module of backups: routes, handlers, the job that builds them, and the chore that deletes old files.
import { Module } from '@nestjs/common';
import { Config } from '../config';
import { CrmModule } from '../crm/crm.module';
import { DocumentStore } from '../read/document-store';
import {
  CancelBackupHandler,
  DownloadBackupHandler,
  LinkBackupHandler,
  RebuildBackupHandler,
  RequestBackupHandler,
} from './backup.commands';
import { IntegrityModule } from '../audit/integrity/integrity.module';
import { BackupController } from './backup.controller';
import { BackupExpiry } from './backup.expiry';
import { BackupProcess } from './backup.process';
import { BackupInputs } from './backup-inputs';
import { BackupRecipient } from './backup-recipient';
import { GetBackupHandler, GetManifestHandler, ListBackupsHandler } from './backup.queries';
import { WithdrawBackupsHandler } from './backup.withdrawal';
import { KeptFiles } from './schedules/kept-files';
import { RemoveScheduleHandler, SetScheduleHandler } from './schedules/schedule.commands';
import { ScheduleController } from './schedules/schedule.controller';
import { GetScheduleHandler } from './schedules/schedule.queries';
import { ScheduleRuns } from './schedules/schedule-runs';
import { BackupWaits } from './backup-waits';

@Module({
  imports: [CrmModule, IntegrityModule],
  controllers: [BackupController, ScheduleController],
  providers: [
    RequestBackupHandler,
    CancelBackupHandler,
    RebuildBackupHandler,
    DownloadBackupHandler,
    LinkBackupHandler,
    WithdrawBackupsHandler,
    GetBackupHandler,
    GetManifestHandler,
    ListBackupsHandler,
    {
      provide: BackupWaits,
      inject: [DocumentStore],
      useFactory: (documents: DocumentStore) => new BackupWaits(documents),
    },
    {
      provide: BackupRecipient,
      inject: [Config],
      useFactory: ({ BACKUP_RECIPIENT }: Config) => BackupRecipient.of(BACKUP_RECIPIENT),
    },
    BackupInputs,
    SetScheduleHandler,
    RemoveScheduleHandler,
    GetScheduleHandler,
    KeptFiles,
    ScheduleRuns,
    BackupExpiry,
    BackupProcess,
  ],
  exports: [BackupInputs],
})
export class BackupsModule {}

// The Nest module of backups: routes, handlers, the job that builds them, and the chore that deletes old files.
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config';
import { CrmModule } from '../crm/crm.module';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { Projector } from '../read/projector';
import { ReadModels } from '../read/read-models';
import {
  CancelBackupHandler,
  DownloadBackupHandler,
  LinkBackupHandler,
  RebuildBackupHandler,
  RequestBackupHandler,
} from './backup.commands';
import { BackupController } from './backup.controller';
import { BackupExpiry } from './backup.expiry';
import { BackupProcess } from './backup.process';
import { GetBackupHandler, ListBackupsHandler } from './backup.queries';
import { WithdrawBackupsHandler } from './backup.withdrawal';
import { BackupWaits } from './backup-waits';

@Module({
  imports: [CrmModule],
  controllers: [BackupController],
  providers: [
    RequestBackupHandler,
    CancelBackupHandler,
    RebuildBackupHandler,
    DownloadBackupHandler,
    LinkBackupHandler,
    WithdrawBackupsHandler,
    GetBackupHandler,
    ListBackupsHandler,
    {
      provide: BackupWaits,
      inject: [DocumentStore],
      useFactory: (documents: DocumentStore) => new BackupWaits(documents),
    },
    BackupExpiry,
    {
      provide: BackupProcess,
      inject: [Config, Streams, ReadModels, Projector, Files, Jobs, BackupWaits],
      useFactory: (
        config: Config,
        streams: Streams,
        readModels: ReadModels,
        projector: Projector,
        files: Files,
        jobs: Jobs,
        waits: BackupWaits,
      ) => new BackupProcess({ config, streams, readModels, projector, files, jobs, waits }),
    },
  ],
})
export class BackupsModule implements OnModuleInit {
  constructor(@Inject(BackupProcess) private readonly process: BackupProcess) {}

  onModuleInit(): void {
    this.process.register();
  }
}

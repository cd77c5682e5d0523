// Backups: routes, handlers, the builder and the deleter of old files.
import {
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
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
  RebuildBackupHandler,
  RequestBackupHandler,
} from './backup.commands';
import { BackupController } from './backup.controller';
import { BackupExpiry } from './backup.expiry';
import { BackupProcess } from './backup.process';
import { GetBackupHandler, ListBackupsHandler } from './backup.queries';
import { WithdrawBackupsHandler } from './backup.withdrawal';
import { BackupWaits } from './backup.waits';
import { CheckLinkHandler } from './download-link';

@Module({
  imports: [CrmModule],
  controllers: [BackupController],
  providers: [
    RequestBackupHandler,
    CancelBackupHandler,
    RebuildBackupHandler,
    DownloadBackupHandler,
    WithdrawBackupsHandler,
    GetBackupHandler,
    ListBackupsHandler,
    CheckLinkHandler,
    {
      provide: BackupWaits,
      inject: [DocumentStore],
      useFactory: (documents: DocumentStore) => new BackupWaits(documents),
    },
    {
      provide: BackupExpiry,
      inject: [Streams, ReadModels, Files],
      useFactory: (streams: Streams, readModels: ReadModels, files: Files) =>
        new BackupExpiry(streams, readModels, files),
    },
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
export class BackupModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Backups');

  constructor(
    @Inject(BackupProcess) private readonly process: BackupProcess,
    @Inject(BackupExpiry) private readonly expiry: BackupExpiry,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.process.register();
  }

  onApplicationBootstrap(): void {
    if (this.config.ROLE.includes('worker'))
      this.expiry.start((error) =>
        this.logger.error({ err: error }, 'Looking for files of backups that have expired failed'),
      );
  }

  onApplicationShutdown(): void {
    this.expiry.stop();
  }
}

// Imports of CSV files: the routes, and the job that carries them out.
import {
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import { imports } from '../../projections/imports';
import { Config } from '../config';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/definitions';
import { ObjectTypes } from '../crm/object-types-known';
import { UniqueValues } from '../crm/unique-values';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { CancelImportHandler, RequestImportHandler } from './import.commands';
import { IMPORT_JOB, ImportFollower } from './import-follower';
import { ImportProcess } from './import.process';
import { GetImportHandler, Imports, ListImportErrorsHandler, ListImportsHandler } from './import.queries';
import { ImportsController } from './imports.controller';
import { RowImporter } from './row-importer';
import { UploadExpiry } from './upload.expiry';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [ImportsController],
  providers: [
    RequestImportHandler,
    CancelImportHandler,
    ListImportsHandler,
    GetImportHandler,
    ListImportErrorsHandler,
    {
      provide: Imports,
      useFactory: (
        readModels: ReadModels,
        documents: DocumentStore,
        files: Files,
        objectTypes: ObjectTypes,
      ) => new Imports(readModels, documents, files, objectTypes),
      inject: [ReadModels, DocumentStore, Files, ObjectTypes],
    },
    {
      provide: ImportFollower,
      useFactory: (queries: QueryBus, jobs: Jobs) => new ImportFollower(queries, jobs),
      inject: [QueryBus, Jobs],
    },
    {
      provide: UploadExpiry,
      useFactory: (streams: Streams, files: Files) => new UploadExpiry(streams, files),
      inject: [Streams, Files],
    },
    {
      provide: ImportProcess,
      useFactory: (
        files: Files,
        streams: Streams,
        documents: DocumentStore,
        definitions: Definitions,
        objectTypes: ObjectTypes,
        commands: CommandBus,
        unique: UniqueValues,
      ) =>
        new ImportProcess(
          files,
          streams,
          documents,
          definitions,
          objectTypes,
          new RowImporter(commands, unique),
        ),
      inject: [Files, Streams, DocumentStore, Definitions, ObjectTypes, CommandBus, UniqueValues],
    },
  ],
})
export class ImportsModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Imports');

  constructor(
    private readonly jobs: Jobs,
    private readonly process: ImportProcess,
    private readonly expiry: UploadExpiry,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: IMPORT_JOB,
      projection: imports,
      pending: { state: { $in: ['STARTED', 'PROCESSING'] } },
      run: (job, context) => this.process.run(job, context),
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.ROLE.includes('worker'))
      this.expiry.start((error) =>
        this.logger.error({ err: error }, 'Looking for uploads that no import reads any more failed'),
      );
  }

  onModuleDestroy(): void {
    this.expiry.stop();
  }
}

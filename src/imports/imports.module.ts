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
import { AssociationTypes } from '../crm/associations/association-types';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { UniqueValues } from '../crm/records/unique-values';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { CancelImportHandler, RequestImportHandler } from './import.commands';
import { IMPORT_JOB, ImportFollower } from './import-follower';
import { ImportPasses } from './import-passes';
import { ImportPlanner } from './import-planner';
import { ImportProcess } from './import.process';
import { GetImportHandler, Imports, ListImportErrorsHandler, ListImportsHandler } from './import.queries';
import { ImportsController } from './imports.controller';
import { RecordFinder } from './record-finder';
import { RowImporter } from './row-importer';
import { RowLinks } from './row-links';
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
        definitions: Definitions,
      ) => new Imports(readModels, documents, files, objectTypes, definitions),
      inject: [ReadModels, DocumentStore, Files, ObjectTypes, Definitions],
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
      provide: ImportPlanner,
      useFactory: (definitions: Definitions, associations: AssociationTypes, objectTypes: ObjectTypes) =>
        new ImportPlanner(definitions, associations, objectTypes),
      inject: [Definitions, AssociationTypes, ObjectTypes],
    },
    {
      provide: RecordFinder,
      useFactory: (
        streams: Streams,
        documents: DocumentStore,
        readModels: ReadModels,
        unique: UniqueValues,
      ) => new RecordFinder(streams, documents, readModels, unique),
      inject: [Streams, DocumentStore, ReadModels, UniqueValues],
    },
    {
      provide: ImportPasses,
      useFactory: (files: Files, commands: CommandBus, finder: RecordFinder) => {
        const links = new RowLinks(commands, finder);
        return new ImportPasses(files, new RowImporter(commands, finder, links), links);
      },
      inject: [Files, CommandBus, RecordFinder],
    },
    {
      provide: ImportProcess,
      useFactory: (
        files: Files,
        streams: Streams,
        documents: DocumentStore,
        objectTypes: ObjectTypes,
        planner: ImportPlanner,
        passes: ImportPasses,
        finder: RecordFinder,
      ) => new ImportProcess({ files, streams, documents, objectTypes, planner, passes, finder }),
      inject: [Files, Streams, DocumentStore, ObjectTypes, ImportPlanner, ImportPasses, RecordFinder],
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

// The Nest module of imports of CSV files: the routes, and the job that carries imports out.
import { Module, type OnModuleInit } from '@nestjs/common';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import { imports } from '../../projections/imports';
import { AssociationTypes } from '../crm/associations/types/association-types';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { UniqueValues } from '../crm/records/unique/unique-values';
import { RecordIds } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { LoadsModule } from '../loads/loads.module';
import { Owners } from '../owners/owners';
import { OwnersModule } from '../owners/owners.module';
import { ReadModels } from '../read/read-models';
import { CancelImportHandler, RequestImportHandler } from './import.commands';
import { IMPORT_JOB, ImportFollower } from './import-follower';
import { ImportPasses } from './passes/import-passes';
import { ImportPlanner } from './rows/import-planner';
import { ImportProcess } from './import.process';
import { GetImportHandler, Imports, ListImportErrorsHandler, ListImportsHandler } from './import.queries';
import { ImportsController } from './imports.controller';
import { RecordFinder } from './passes/record-finder';
import { PreviewController } from './preview/preview.controller';
import { PreviewImportHandler } from './preview/preview.queries';
import { RowImporter } from './passes/row-importer';
import { RowLinks } from './passes/row-links';
import { DownloadUploadHandler } from './upload.commands';
import { GetUploadHandler } from './upload.queries';
import { UploadExpiry } from './requests/upload.expiry';

@Module({
  imports: [CqrsModule, CrmModule, OwnersModule, LoadsModule],
  controllers: [ImportsController, PreviewController],
  providers: [
    RequestImportHandler,
    CancelImportHandler,
    ListImportsHandler,
    GetImportHandler,
    ListImportErrorsHandler,
    GetUploadHandler,
    PreviewImportHandler,
    DownloadUploadHandler,
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
    UploadExpiry,
    {
      provide: ImportPlanner,
      useFactory: (
        definitions: Definitions,
        associations: AssociationTypes,
        objectTypes: ObjectTypes,
        owners: Owners,
      ) => new ImportPlanner(definitions, associations, objectTypes, owners),
      inject: [Definitions, AssociationTypes, ObjectTypes, Owners],
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
        ids: RecordIds,
        documents: DocumentStore,
        objectTypes: ObjectTypes,
        planner: ImportPlanner,
        passes: ImportPasses,
        finder: RecordFinder,
      ) => new ImportProcess({ files, streams, ids, documents, objectTypes, planner, passes, finder }),
      inject: [
        Files,
        Streams,
        RecordIds,
        DocumentStore,
        ObjectTypes,
        ImportPlanner,
        ImportPasses,
        RecordFinder,
      ],
    },
  ],
})
export class ImportsModule implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly process: ImportProcess,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: IMPORT_JOB,
      projection: imports,
      pending: { state: { $in: ['STARTED', 'PROCESSING'] } },
      since: 'createdAt',
      run: (job, context) => this.process.run(job, context),
      fail: (job, reason) => this.process.fail(job, reason),
    });
  }
}

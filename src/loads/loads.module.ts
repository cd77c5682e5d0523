// The Nest module of loads: the routes, the job that carries loads out, and the chore that deletes old files.
import { join } from 'node:path';
import { Module, type OnModuleInit } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { loads } from '../../projections/transfers/loads';
import { Config } from '../config';
import { AssociationTypes } from '../crm/associations/types/association-types';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { PropertyGroups } from '../crm/properties/groups/property-group.commands';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { RecordIds } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { UploadQuota } from '../files/upload-quota';
import { Jobs } from '../jobs/jobs';
import { DocumentStore } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { CancelLoadHandler, RequestLoadHandler } from './load.commands';
import { LoadController } from './load.controller';
import { LoadDefinitions } from './load-definitions';
import { LoadExpiry } from './load.expiry';
import { uploadPlaces } from './load-files';
import { LoadProcess } from './load.process';
import { GetLoadHandler, ListLoadErrorsHandler, ListLoadsHandler, LOAD_JOB, Loads } from './load.queries';
import { PlanMaker } from './plan/plan-maker';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [LoadController],
  providers: [
    RequestLoadHandler,
    CancelLoadHandler,
    ListLoadsHandler,
    GetLoadHandler,
    ListLoadErrorsHandler,
    LoadExpiry,
    {
      provide: Loads,
      useFactory: (readModels: ReadModels, documents: DocumentStore, files: Files, jobs: Jobs) =>
        new Loads(readModels, documents, files, jobs),
      inject: [ReadModels, DocumentStore, Files, Jobs],
    },
    {
      provide: UploadQuota,
      useFactory: (files: Files, config: Config) => new UploadQuota(files, config.UPLOAD_QUOTA, uploadPlaces),
      inject: [Files, Config],
    },
    {
      provide: PlanMaker,
      useFactory: (
        definitions: Definitions,
        groups: PropertyGroups,
        associationTypes: AssociationTypes,
        objectTypes: ObjectTypes,
        readModels: ReadModels,
        streams: Streams,
      ) => {
        const head = () => streams.store.head();
        return new PlanMaker({ definitions, groups, associationTypes, objectTypes, readModels, head });
      },
      inject: [Definitions, PropertyGroups, AssociationTypes, ObjectTypes, ReadModels, Streams],
    },
    {
      provide: LoadProcess,
      useFactory: (
        commands: CommandBus,
        files: Files,
        streams: Streams,
        ids: RecordIds,
        documents: DocumentStore,
        definitions: Definitions,
        associationTypes: AssociationTypes,
        objectTypes: ObjectTypes,
        planMaker: PlanMaker,
        config: Config,
      ) =>
        new LoadProcess({
          ...{ commands, files, streams, ids, documents, definitions, associationTypes, planMaker },
          loadDefinitions: new LoadDefinitions(commands, objectTypes),
          scratchDir: join(config.DATA_DIR, 'scratch'),
        }),
      inject: [
        CommandBus,
        Files,
        Streams,
        RecordIds,
        DocumentStore,
        Definitions,
        AssociationTypes,
        ObjectTypes,
        PlanMaker,
        Config,
      ],
    },
  ],
  exports: [UploadQuota],
})
export class LoadsModule implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly process: LoadProcess,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: LOAD_JOB,
      projection: loads,
      pending: { status: { $in: ['QUEUED', 'RUNNING'] } },
      since: 'requestedAt',
      run: (job, context) => this.process.run(job, context),
      fail: (job, reason) => this.process.fail(job, reason),
    });
  }
}

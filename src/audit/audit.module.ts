// The audit log: a view of every other capability's events, and what can be brought back from there.
import { Module } from '@nestjs/common';
import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Config } from '../config';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Streams } from '../eventsourcing/streams';
import { ReadModels } from '../read/read-models';
import { AuditController } from './audit.controller';
import { RestoreFromEntryHandler } from './audit.commands';
import {
  CanRestoreHandler,
  EntryNames,
  GetAuditEntryHandler,
  ListAuditEntriesHandler,
  VisibleCategories,
} from './audit.queries';
import { EntryValues } from './entry-values';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [AuditController],
  providers: [
    ListAuditEntriesHandler,
    GetAuditEntryHandler,
    CanRestoreHandler,
    RestoreFromEntryHandler,
    {
      provide: EntryNames,
      useFactory: (readModels: ReadModels, objectTypes: ObjectTypes) =>
        new EntryNames(readModels, objectTypes),
      inject: [ReadModels, ObjectTypes],
    },
    {
      provide: EntryValues,
      useFactory: (streams: Streams, definitions: Definitions) => new EntryValues(streams, definitions),
      inject: [Streams, Definitions],
    },
    {
      provide: VisibleCategories,
      useFactory: (queries: QueryBus, config: Config) => new VisibleCategories(queries, config),
      inject: [QueryBus, Config],
    },
  ],
})
export class AuditModule {}

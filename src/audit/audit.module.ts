// The module of the audit log: a view of every other capability's events, and what can be brought back from its
// entries.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Streams } from '../eventsourcing/streams';
import { ReadModels } from '../read/read-models';
import { AuditController } from './audit.controller';
import { RestoreFromEntryHandler } from './audit.commands';
import {
  CanRestoreHandler,
  GetAuditEntryHandler,
  ListAuditEntriesHandler,
  NameEventsHandler,
} from './audit.queries';
import { EntryActors } from './entry-actors';
import { EntryFilters } from './entry-filters';
import { EntryNames } from './entry-names';
import { EntrySpans } from './entry-span';
import { EntryValues } from './entry-values';
import { viewProviders } from './views/view-providers';
import { ViewsController } from './views/views.controller';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [AuditController, ViewsController],
  providers: [
    ListAuditEntriesHandler,
    GetAuditEntryHandler,
    CanRestoreHandler,
    NameEventsHandler,
    RestoreFromEntryHandler,
    ...viewProviders,
    {
      provide: EntryNames,
      useFactory: (readModels: ReadModels, objectTypes: ObjectTypes, definitions: Definitions) =>
        new EntryNames(readModels, objectTypes, definitions),
      inject: [ReadModels, ObjectTypes, Definitions],
    },
    {
      provide: EntryActors,
      useFactory: (readModels: ReadModels) => new EntryActors(readModels),
      inject: [ReadModels],
    },
    {
      provide: EntryFilters,
      useFactory: (objectTypes: ObjectTypes, actors: EntryActors) => new EntryFilters(objectTypes, actors),
      inject: [ObjectTypes, EntryActors],
    },
    {
      provide: EntrySpans,
      useFactory: (readModels: ReadModels) => new EntrySpans(readModels),
      inject: [ReadModels],
    },
    {
      provide: EntryValues,
      useFactory: (streams: Streams, definitions: Definitions) => new EntryValues(streams, definitions),
      inject: [Streams, Definitions],
    },
  ],
})
export class AuditModule {}

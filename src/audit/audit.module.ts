// The module of the audit log: a view of every other capability's events, and what can be brought back from its
// entries.
import { Module } from '@nestjs/common';
import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { CrmModule } from '../crm/crm.module';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { Streams } from '../eventsourcing/streams';
import { ReadModels } from '../read/read-models';
import { ActivityController } from './activity/activity.controller';
import { ListActivityHandler } from './activity/activity.queries';
import { AuditController } from './audit.controller';
import { RestoreFromEntryHandler } from './audit.commands';
import { GetAuditEntryHandler, ListAuditEntriesHandler, NameEventsHandler } from './audit.queries';
import { ReportActivitiesHandler } from './intake/activity.commands';
import { IntakeController } from './intake/intake.controller';
import { EntryActors } from './entry-actors';
import { EntryFilters } from './entry-filters';
import { EntryLists } from './entry-lists';
import { EntryNames } from './entry-names';
import { EntrySpans } from './entry-span';
import { EntryValues } from './entry-values';
import { GetEntryActionsHandler } from './actions/action.queries';
import { Causes } from './actions/causes';
import { GetCausesHandler } from './actions/cause.queries';
import { EntryFileController } from './actions/entry-file.controller';
import { commentProviders } from './comments/comment-providers';
import { CommentsController } from './comments/comments.controller';
import { PurgedRows } from './retention/purged-rows';
import { retentionProviders } from './retention/retention-providers';
import { RetentionController } from './retention/retention.controller';
import { SearchNotes } from './searches/search-notes';
import { streamProviders } from './streams/stream-providers';
import { AuditStreamsController } from './streams/streams.controller';
import { KnownViews } from './views/known-views';
import { viewProviders } from './views/view-providers';
import { ViewsController } from './views/views.controller';
import { QueryController } from './query/query.controller';
import { CompleteQueryHandler } from './query/query.queries';
import { QueryNames } from './query/query-names';
import { Digests } from '../read/filters/digests';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [
    ...[AuditController, EntryFileController, ViewsController, CommentsController],
    ...[IntakeController, RetentionController, QueryController, ActivityController],
    AuditStreamsController,
  ],
  providers: [
    ListAuditEntriesHandler,
    GetAuditEntryHandler,
    GetEntryActionsHandler,
    GetCausesHandler,
    { provide: Causes, useFactory: (streams: Streams) => new Causes(streams), inject: [Streams] },
    NameEventsHandler,
    RestoreFromEntryHandler,
    CompleteQueryHandler,
    ListActivityHandler,
    SearchNotes,
    ...viewProviders,
    ...commentProviders,
    ReportActivitiesHandler,
    ...retentionProviders,
    ...streamProviders,
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
      useFactory: (objectTypes: ObjectTypes, names: QueryNames, digests: Digests) =>
        new EntryFilters(objectTypes, names, digests),
      inject: [ObjectTypes, QueryNames, Digests],
    },
    {
      provide: QueryNames,
      useFactory: (readModels: ReadModels, queries: QueryBus, actors: EntryActors) =>
        new QueryNames(readModels, queries, actors),
      inject: [ReadModels, QueryBus, EntryActors],
    },
    {
      provide: EntryLists,
      useFactory: (readModels: ReadModels) => new EntryLists(readModels, new EntrySpans(readModels)),
      inject: [ReadModels],
    },
    {
      provide: EntryValues,
      useFactory: (streams: Streams, definitions: Definitions) => new EntryValues(streams, definitions),
      inject: [Streams, Definitions],
    },
  ],
  exports: [EntryFilters, EntryNames, EntryValues, KnownViews, PurgedRows],
})
export class AuditModule {}

// The Nest module of the CRM: records, associations, properties, pipelines, object types and search.
import { Module } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RequireNotHeld } from '../audit/retention/retention.queries';
import { EventStore } from '../eventsourcing/event-store';
import { Reservations } from '../eventsourcing/reservations';
import { Streams } from '../eventsourcing/streams';
import { DocumentStore } from '../read/document-store';
import { Owners } from '../owners/owners';
import { OwnersModule } from '../owners/owners.module';
import { ReadModels } from '../read/read-models';
import { AssociationMoves } from './associations/association-moves';
import { associationControllers, associationProviders } from './associations/association-providers';
import { AssociationTypes } from './associations/types/association-types';
import { Engagements } from './engagements/engagements';
import { EngagementsController } from './engagements/engagements.controller';
import { Definitions } from './properties/definitions';
import { NamedObjectType } from './schemas/object-type-param';
import { ObjectTypes } from './schemas/object-types-known';
import { PipelineStagesController } from './pipelines/pipeline-stages.controller';
import { pipelineCommandHandlers } from './pipelines/pipeline.commands';
import { Pipelines } from './pipelines/pipelines';
import { PipelinesController } from './pipelines/pipelines.controller';
import { PipelinesV1Controller } from './pipelines/pipelines-v1.controller';
import { PropertiesV2Controller } from './properties/properties-v2.controller';
import { PropertiesController } from './properties/properties.controller';
import { PropertyBatchesController } from './properties/property-batches.controller';
import { PropertyGroups, propertyGroupCommandHandlers } from './properties/groups/property-group.commands';
import { PropertyGroupsController } from './properties/groups/property-groups.controller';
import { PropertyWriter, propertyCommandHandlers } from './properties/property.commands';
import { propertyQueryHandlers } from './properties/property.queries';
import { RecordBatches } from './records/record-batches';
import { RecordBatchesController } from './records/record-batches.controller';
import { MergeProcess } from './records/merges/merge.process';
import { RecordEndsController } from './records/ends/record-ends.controller';
import { RecordMerging } from './records/merges/record-merging';
import { RecordEnding } from './records/ends/record-ending';
import { RecordWriter } from './records/record-writer';
import { recordEndCommandHandlers } from './records/ends/record-end.commands';
import { recordCommandHandlers } from './records/record.commands';
import { recordQueryHandlers } from './records/record.queries';
import { RecordsController } from './records/records.controller';
import { SchemasController } from './schemas/schemas.controller';
import { SchemaWriter, schemaCommandHandlers } from './schemas/schema.commands';
import { SchemaViews, schemaQueryHandlers } from './schemas/schema.queries';
import { AssociatedFilters } from './search/associated/associated-filters';
import { AssociatedThen } from './search/associated/associated-then';
import { SearchController } from './search/search.controller';
import { KeyMoves } from './records/unique/key-moves';
import { UniqueValues } from './records/unique/unique-values';
import { WriteCheck } from './write-check';

@Module({
  imports: [OwnersModule],
  controllers: [
    RecordBatchesController,
    SearchController,
    RecordsController,
    RecordEndsController,
    PropertyBatchesController,
    PropertyGroupsController,
    PipelineStagesController,
    PipelinesController,
    PipelinesV1Controller,
    PropertiesController,
    PropertiesV2Controller,
    SchemasController,
    EngagementsController,
    ...associationControllers,
  ],
  providers: [
    {
      provide: ObjectTypes,
      inject: [DocumentStore, ReadModels, EventStore],
      useFactory: (documents: DocumentStore, readModels: ReadModels, eventStore: EventStore) =>
        new ObjectTypes(documents, readModels, () => eventStore.head()),
    },
    NamedObjectType,
    {
      provide: Definitions,
      inject: [DocumentStore, ReadModels, Streams],
      useFactory: (documents: DocumentStore, readModels: ReadModels, streams: Streams) =>
        new Definitions(documents, readModels, streams),
    },
    {
      provide: UniqueValues,
      inject: [Streams, Reservations, Definitions],
      useFactory: (streams: Streams, reservations: Reservations, definitions: Definitions) =>
        new UniqueValues(streams, reservations, definitions),
    },
    {
      provide: WriteCheck,
      inject: [Definitions, ObjectTypes, Owners],
      useFactory: (definitions: Definitions, objectTypes: ObjectTypes, owners: Owners) =>
        new WriteCheck(definitions, objectTypes, owners),
    },
    {
      provide: RecordWriter,
      inject: [Streams, WriteCheck, UniqueValues],
      useFactory: (streams: Streams, check: WriteCheck, uniqueValues: UniqueValues) =>
        new RecordWriter(streams, check, uniqueValues),
    },
    {
      provide: RecordEnding,
      inject: [Streams, UniqueValues, AssociationMoves, WriteCheck, QueryBus],
      useFactory: (
        streams: Streams,
        uniqueValues: UniqueValues,
        associations: AssociationMoves,
        check: WriteCheck,
        queries: QueryBus,
      ) =>
        new RecordEnding(streams, uniqueValues, associations, check, (objectType, recordIds) =>
          queries.execute(new RequireNotHeld(objectType, recordIds)),
        ),
    },
    {
      provide: RecordMerging,
      inject: [Streams, UniqueValues, AssociationMoves, RecordEnding, WriteCheck],
      useFactory: (
        streams: Streams,
        uniqueValues: UniqueValues,
        associations: AssociationMoves,
        ending: RecordEnding,
        check: WriteCheck,
      ) => new RecordMerging(streams, uniqueValues, associations, ending, check),
    },
    MergeProcess,
    KeyMoves,
    {
      provide: PropertyWriter,
      inject: [Streams, Definitions],
      useFactory: (streams: Streams, definitions: Definitions) => new PropertyWriter(streams, definitions),
    },
    {
      provide: SchemaWriter,
      inject: [Streams, ObjectTypes],
      useFactory: (streams: Streams, objectTypes: ObjectTypes) => new SchemaWriter(streams, objectTypes),
    },
    {
      provide: SchemaViews,
      inject: [QueryBus, ObjectTypes, AssociationTypes],
      useFactory: (queries: QueryBus, objectTypes: ObjectTypes, types: AssociationTypes) =>
        new SchemaViews(queries, objectTypes, types),
    },
    ...associationProviders,
    AssociatedFilters,
    AssociatedThen,
    Engagements,
    RecordBatches,
    ...recordCommandHandlers,
    ...recordEndCommandHandlers,
    ...recordQueryHandlers,
    {
      provide: PropertyGroups,
      inject: [Streams],
      useFactory: (streams: Streams) => new PropertyGroups(streams),
    },
    {
      provide: Pipelines,
      inject: [Streams, ReadModels, Definitions],
      useFactory: (streams: Streams, readModels: ReadModels, definitions: Definitions) =>
        new Pipelines(streams, readModels, definitions),
    },
    ...pipelineCommandHandlers,
    ...propertyCommandHandlers,
    ...propertyGroupCommandHandlers,
    ...propertyQueryHandlers,
    ...schemaCommandHandlers,
    ...schemaQueryHandlers,
  ],
  exports: [
    AssociatedFilters,
    AssociatedThen,
    AssociationMoves,
    AssociationTypes,
    Definitions,
    ObjectTypes,
    PropertyGroups,
    UniqueValues,
  ],
})
export class CrmModule {}

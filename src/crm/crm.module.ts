// Records, associations and properties of the CRM.
import { Module } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { EventStore } from '../eventsourcing/event-store';
import { Reservations } from '../eventsourcing/reservations';
import { Streams } from '../eventsourcing/streams';
import { DocumentStore } from '../read/document-store';
import { Owners } from '../owners/owners';
import { OwnersModule } from '../owners/owners.module';
import { ReadModels } from '../read/read-models';
import { AssociationMoves } from './association.moves';
import { associationControllers, associationProviders } from './association.providers';
import { AssociationTypes } from './association-types';
import { Definitions } from './definitions';
import { NamedObjectType } from './object-type-param';
import { ObjectTypes } from './object-types-known';
import { PipelineStagesController } from './pipeline-stages.controller';
import { pipelineCommandHandlers } from './pipeline.commands';
import { Pipelines } from './pipelines';
import { PipelinesController } from './pipelines.controller';
import { PropertiesController } from './properties.controller';
import { PropertyBatchesController } from './property-batches.controller';
import { PropertyGroups, propertyGroupCommandHandlers } from './property-group.commands';
import { PropertyGroupsController } from './property-groups.controller';
import { PropertyWriter, propertyCommandHandlers } from './property.commands';
import { propertyQueryHandlers } from './property.queries';
import { RecordBatches } from './record-batches';
import { RecordBatchesController } from './record-batches.controller';
import { MergeProcess } from './merge.process';
import { RecordEndsController } from './record-ends.controller';
import { RecordMerging } from './record-merging';
import { RecordEnding } from './record-ending';
import { RecordWriter } from './record-writer';
import { recordCommandHandlers } from './record.commands';
import { recordQueryHandlers } from './record.queries';
import { RecordsController } from './records.controller';
import { SchemasController } from './schemas.controller';
import { SchemaWriter, schemaCommandHandlers } from './schema.commands';
import { SchemaViews, schemaQueryHandlers } from './schema.queries';
import { SearchController } from './search.controller';
import { UniqueValues } from './unique-values';
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
    PropertiesController,
    SchemasController,
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
      inject: [Streams, UniqueValues, AssociationMoves],
      useFactory: (streams: Streams, uniqueValues: UniqueValues, associations: AssociationMoves) =>
        new RecordEnding(streams, uniqueValues, associations),
    },
    {
      provide: RecordMerging,
      inject: [Streams, UniqueValues, AssociationMoves, RecordEnding],
      useFactory: (
        streams: Streams,
        uniqueValues: UniqueValues,
        associations: AssociationMoves,
        ending: RecordEnding,
      ) => new RecordMerging(streams, uniqueValues, associations, ending),
    },
    MergeProcess,
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
    RecordBatches,
    ...recordCommandHandlers,
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
  exports: [AssociationMoves, AssociationTypes, Definitions, ObjectTypes, UniqueValues],
})
export class CrmModule {}

// The controllers, handlers and services for associations that the CRM module registers.
import type { Provider, Type } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { AssociationBatches } from './batches/association-batches';
import { AssociationBatchesController } from './batches/association-batches.controller';
import { AssociationNamesController } from './batches/association-names.controller';
import { AssociationLabelsController } from './types/association-labels.controller';
import { AssociationReader } from './association-reader';
import { AssociationTypeWriter, associationTypeCommandHandlers } from './types/association-type.commands';
import { AssociationTypes } from './types/association-types';
import { AssociationWriter } from './association-writer';
import { associationCommandHandlers } from './association.commands';
import { AssociationMoves } from './association-moves';
import { associationQueryHandlers } from './association.queries';
import { AssociationsController } from './associations.controller';
import { NamedAssociationsController } from './named-associations.controller';
import { RecordAssociations } from './record-associations';

export const associationControllers: Type[] = [
  AssociationBatchesController,
  AssociationNamesController,
  AssociationLabelsController,
  AssociationsController,
  NamedAssociationsController,
];

export const associationProviders: Provider[] = [
  {
    provide: AssociationTypes,
    inject: [Streams],
    useFactory: (streams: Streams) => new AssociationTypes(streams),
  },
  {
    provide: AssociationTypeWriter,
    inject: [Streams, AssociationTypes],
    useFactory: (streams: Streams, types: AssociationTypes) => new AssociationTypeWriter(streams, types),
  },
  {
    provide: AssociationWriter,
    inject: [Streams, AssociationTypes],
    useFactory: (streams: Streams, types: AssociationTypes) => new AssociationWriter(streams, types),
  },
  {
    provide: AssociationReader,
    inject: [ReadModels, AssociationTypes],
    useFactory: (readModels: ReadModels, types: AssociationTypes) => new AssociationReader(readModels, types),
  },
  AssociationBatches,
  AssociationMoves,
  RecordAssociations,
  ...associationQueryHandlers,
  ...associationCommandHandlers,
  ...associationTypeCommandHandlers,
];

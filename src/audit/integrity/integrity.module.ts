// The module of proofs over the log.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../../crm/crm.module';
import { Definitions } from '../../crm/properties/definitions';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { EntryValues } from '../entry-values';
import { CheckpointCopies } from './checkpoints/checkpoint-copies';
import { SigningKeys } from './checkpoints/signing-keys';
import { PurgedRows } from '../retention/purged-rows';
import { CompletenessProof } from './completeness';
import { IntegrityController } from './integrity.controller';
import {
  GetCheckpointKeysHandler,
  ListCheckpointsHandler,
  ProveCompletenessHandler,
  ProveConsistencyHandler,
  ProveEntryHandler,
} from './integrity.queries';
import { Sealings } from './exports/sealing';
import { TreeHeads } from './tree-heads';
import { TreeKeeper, TreeTimes, treeTimes } from './tree-keeper';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [IntegrityController],
  providers: [
    SigningKeys,
    CheckpointCopies,
    { provide: TreeTimes, useValue: treeTimes },
    TreeKeeper,
    TreeHeads,
    Sealings,
    {
      provide: PurgedRows,
      useFactory: (readModels: ReadModels, store: EventStore) => new PurgedRows(readModels, store),
      inject: [ReadModels, EventStore],
    },
    CompletenessProof,
    ListCheckpointsHandler,
    GetCheckpointKeysHandler,
    ProveEntryHandler,
    ProveConsistencyHandler,
    ProveCompletenessHandler,
    {
      provide: EntryValues,
      useFactory: (streams: Streams, definitions: Definitions) => new EntryValues(streams, definitions),
      inject: [Streams, Definitions],
    },
  ],
  exports: [SigningKeys, TreeHeads, Sealings],
})
export class IntegrityModule {}

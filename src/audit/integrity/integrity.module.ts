// The module of proofs over the log.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../../crm/crm.module';
import { Definitions } from '../../crm/properties/definitions';
import { Streams } from '../../eventsourcing/streams';
import { EntryValues } from '../entry-values';
import { CheckpointCopies } from './checkpoints/checkpoint-copies';
import { SigningKeys } from './checkpoints/signing-keys';
import { CompletenessProof, PurgedRows } from './completeness';
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
    PurgedRows,
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

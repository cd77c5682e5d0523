// The module of proofs over the log.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../../crm/crm.module';
import { AuditModule } from '../audit.module';
import { CheckpointCopies } from './checkpoints/checkpoint-copies';
import { SigningKeys } from './checkpoints/signing-keys';
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
  imports: [CqrsModule, CrmModule, AuditModule],
  controllers: [IntegrityController],
  providers: [
    SigningKeys,
    CheckpointCopies,
    { provide: TreeTimes, useValue: treeTimes },
    TreeKeeper,
    TreeHeads,
    Sealings,
    CompletenessProof,
    ListCheckpointsHandler,
    GetCheckpointKeysHandler,
    ProveEntryHandler,
    ProveConsistencyHandler,
    ProveCompletenessHandler,
  ],
  exports: [SigningKeys, TreeHeads, Sealings],
})
export class IntegrityModule {}

// The module of erasures: what follows from the erasure of a record beyond the record itself, and the time in which an
// erasure can be cancelled.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CrmModule } from '../crm/crm.module';
import { DueErasures } from './due-erasures';
import { ReopenErasureHandler } from './erasure.commands';
import { ErasureProcess } from './erasure.process';
import { GetErasureHandler, ListErasuresHandler, WaitingTogetherHandler } from './erasure.queries';
import { ErasuresController } from './erasures.controller';

@Module({
  imports: [CqrsModule, CrmModule],
  controllers: [ErasuresController],
  providers: [
    ErasureProcess,
    ReopenErasureHandler,
    DueErasures,
    ListErasuresHandler,
    GetErasureHandler,
    WaitingTogetherHandler,
  ],
})
export class ErasuresModule {}

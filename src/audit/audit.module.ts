// The audit log's read side; what it shows is written by every other capability's events.
import { Module } from '@nestjs/common';
import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Config } from '../config';
import { ReadModels } from '../read/read-models';
import { AuditController } from './audit.controller';
import {
  EntryNames,
  GetAuditEntryHandler,
  ListAuditEntriesHandler,
  VisibleCategories,
} from './audit.queries';

@Module({
  imports: [CqrsModule],
  controllers: [AuditController],
  providers: [
    ListAuditEntriesHandler,
    GetAuditEntryHandler,
    {
      provide: EntryNames,
      useFactory: (readModels: ReadModels) => new EntryNames(readModels),
      inject: [ReadModels],
    },
    {
      provide: VisibleCategories,
      useFactory: (queries: QueryBus, config: Config) => new VisibleCategories(queries, config),
      inject: [QueryBus, Config],
    },
  ],
})
export class AuditModule {}

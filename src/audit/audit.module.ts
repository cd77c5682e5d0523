// The audit log's read side; what it shows is written by every other capability's events.
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ReadModels } from '../read/read-models';
import { AuditController } from './audit.controller';
import { EntryNames, GetAuditEntryHandler, ListAuditEntriesHandler } from './audit.queries';

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
  ],
})
export class AuditModule {}

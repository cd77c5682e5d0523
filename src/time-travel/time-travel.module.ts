// The Nest module of time travel: records as they were, and what has changed between two instants.
import { Module } from '@nestjs/common';
import { CrmModule } from '../crm/crm.module';
import { GetRecordThenHandler } from './records/record-then.queries';
import { RecordsThenController } from './records/records-then.controller';
import { ListStepsHandler } from './records/timeline.queries';

@Module({
  imports: [CrmModule],
  controllers: [RecordsThenController],
  providers: [GetRecordThenHandler, ListStepsHandler],
})
export class TimeTravelModule {}

// The Nest module of time travel: records as they were, and what has changed between two instants.
import { Module } from '@nestjs/common';
import { CrmModule } from '../crm/crm.module';
import { CancelComparisonHandler, RequestComparisonHandler } from './comparisons/comparison.commands';
import { ComparisonExpiry } from './comparisons/comparison.expiry';
import { ComparisonProcess } from './comparisons/comparison.process';
import {
  GetComparedHandler,
  GetComparisonHandler,
  ListChangeRowsHandler,
  ListComparisonsHandler,
  ReadChangesCsvHandler,
} from './comparisons/comparison.queries';
import { WithdrawComparisonsHandler } from './comparisons/comparison.withdrawal';
import { PlanFromComparisonHandler } from './comparisons/comparison-plan.commands';
import { ComparisonsController } from './comparisons/comparisons.controller';
import {
  GetRecordAsOfHandler,
  ListRecordsAsOfHandler,
  SearchRecordsAsOfHandler,
} from './lists/as-of.queries';
import { DefinitionsThen } from './lists/definitions-then';
import { Thens } from './lists/thens';
import { GetRecordThenHandler } from './records/record-then.queries';
import { OtherEnds } from './records/other-ends';
import { RecordsThenController } from './records/records-then.controller';
import { ListStepsHandler } from './records/timeline.queries';

@Module({
  imports: [CrmModule],
  controllers: [RecordsThenController, ComparisonsController],
  providers: [
    ...[GetRecordThenHandler, ListStepsHandler, OtherEnds],
    ...[Thens, DefinitionsThen, GetRecordAsOfHandler, ListRecordsAsOfHandler, SearchRecordsAsOfHandler],
    ...[RequestComparisonHandler, CancelComparisonHandler, PlanFromComparisonHandler],
    ...[GetComparisonHandler, ListComparisonsHandler, GetComparedHandler],
    ...[ListChangeRowsHandler, ReadChangesCsvHandler],
    ...[WithdrawComparisonsHandler, ComparisonProcess, ComparisonExpiry],
  ],
})
export class TimeTravelModule {}

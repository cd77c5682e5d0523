// The module of the audit log's analysis: charts and totals from counters.
import { Module } from '@nestjs/common';
import { ReadModels } from '../../read/read-models';
import { AnalysisController } from './analysis.controller';
import { DrawChartHandler, SummarizeDayHandler } from './analysis.queries';
import { AuditCounters } from './audit-counters';

@Module({
  controllers: [AnalysisController],
  providers: [
    SummarizeDayHandler,
    DrawChartHandler,
    {
      provide: AuditCounters,
      useFactory: (readModels: ReadModels) => new AuditCounters(readModels),
      inject: [ReadModels],
    },
  ],
})
export class AnalysisModule {}

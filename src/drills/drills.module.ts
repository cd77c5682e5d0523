// The Nest module of drills: routes, handlers, the job that makes them, and what tells of them.
import { Module } from '@nestjs/common';
import { BackupsModule } from '../backups/backups.module';
import { CancelDrillHandler, RequestDrillHandler } from './drill.commands';
import { DrillController } from './drill.controller';
import { DrillDraw } from './drill-draw';
import { DrillProcess } from './drill.process';
import { GetDrillHandler, ListDrillsHandler } from './drill.queries';
import { DrillRuns } from './drill-runs';
import { LastDrill } from './last-drill';

@Module({
  imports: [BackupsModule],
  controllers: [DrillController],
  providers: [
    ...[RequestDrillHandler, CancelDrillHandler, GetDrillHandler, ListDrillsHandler],
    ...[DrillDraw, DrillRuns, DrillProcess, LastDrill],
  ],
})
export class DrillsModule {}

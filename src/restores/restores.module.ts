// The Nest module of restores: plans, their execution, and the routes of both.
import { Module } from '@nestjs/common';
import { CrmModule } from '../crm/crm.module';
import { JudgePlanHandler } from './plans/approval.commands';
import { Guards } from './plans/guards';
import { CancelPlanHandler, ReplanHandler, RequestPlanHandler } from './plans/plan.commands';
import { PlanExpiry } from './plans/plan.expiry';
import { WithdrawPlansHandler } from './plans/plan.withdrawal';
import { PlanProcess } from './plans/plan.process';
import { GetPlanHandler, ListChangesHandler, ListPlansHandler } from './plans/plan.queries';
import { PlansController } from './plans/plans.controller';
import { CancelRestoreHandler, ExecutePlanHandler } from './restore.commands';
import { RestoreProcess } from './restore.process';
import { GetRestoreHandler, ListKeptRecordsHandler, ListRestoresHandler } from './restore.queries';
import { RestoresController } from './restores.controller';
import { RequestUndoHandler } from './undo/undo.commands';
import { UndoController } from './undo/undo.controller';
import { UndoProcess } from './undo/undo.process';

@Module({
  imports: [CrmModule],
  controllers: [PlansController, UndoController, RestoresController],
  providers: [
    Guards,
    PlanProcess,
    PlanExpiry,
    RestoreProcess,
    RequestPlanHandler,
    CancelPlanHandler,
    ReplanHandler,
    JudgePlanHandler,
    WithdrawPlansHandler,
    UndoProcess,
    RequestUndoHandler,
    ExecutePlanHandler,
    CancelRestoreHandler,
    GetPlanHandler,
    ListPlansHandler,
    ListChangesHandler,
    GetRestoreHandler,
    ListRestoresHandler,
    ListKeptRecordsHandler,
  ],
})
export class RestoresModule {}

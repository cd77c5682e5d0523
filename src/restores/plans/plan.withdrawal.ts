// The command that withdraws restore plans whose rows hold an erased record: they show its values, and would bring it
// back.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import type { RecordRef } from '../../crm/associations/association.events';
import { stepOf } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { linesOf } from '../../files/lines';
import { removeLeftovers } from '../../jobs/stored-files';
import { holdersOf, type ErasedRecord } from '../../point-in-time/holders';
import { ReadModels } from '../../read/read-models';
import {
  planFailed,
  planFiles,
  restorePlan,
  restorePlanStream,
  withdrawPlan,
  type Plan,
} from './plan.decider';
import { isPair, type Row } from '../rows/plan-row';
import type { RestorePlanEvents } from '../restore.events';

/** Withdraws all plans that hold a record which has been erased; answers their ids. Repeating it is harmless. */
export class WithdrawPlans extends Command<string[]> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

const PAGE = 100;
const MAY_HOLD = { status: { $in: ['PLANNING', 'READY', 'AWAITING_APPROVAL', 'REJECTED', 'EXECUTED'] } };

@CommandHandler(WithdrawPlans)
export class WithdrawPlansHandler implements ICommandHandler<WithdrawPlans> {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly files: Files,
  ) {}

  async execute({ erased }: WithdrawPlans): Promise<string[]> {
    const withdrawn: string[] = [];
    // A plan that is requested later is made at a position that knows of the erasure.
    const mayHold = (plan: RestorePlanDocument) =>
      !plan.after && BigInt(plan.madeAt) < erased.erasedAt && selects(plan, erased);
    for await (const { id } of holdersOf(erased, this, restorePlans, MAY_HOLD, mayHold))
      if (await this.withdraw(id, erased)) withdrawn.push(id);
    // What is undone may concern a record that was in the bin when the plan was made: each such plan is looked through.
    const undos = { filter: { $and: [MAY_HOLD, { after: { $exists: true } }] }, limit: PAGE };
    for await (const page of this.readModels.pages(restorePlans, undos))
      for (const { id, madeAt } of page)
        if (BigInt(madeAt) < erased.erasedAt && (await this.withdraw(id, erased))) withdrawn.push(id);
    return withdrawn;
  }

  private async withdraw(planId: string, erased: ErasedRecord): Promise<boolean> {
    const reason = 'A record was erased while the plan was being made: make a new plan';
    const { state } = await this.change(planId, erased, (plan) => planFailed(plan, reason));
    if (!('ready' in state)) return false;
    if (!(await this.holds(state.ready.file, erased))) return false;
    const now = await this.change(planId, erased, withdrawPlan);
    // A restore under way refuses the record's row; the file is deleted when the restore has ended.
    if (now.state.status === 'withdrawn') await removeLeftovers(planFiles, this, planId);
    return now.events.length > 0;
  }

  private async holds(file: string, { objectType, recordId, signal }: ErasedRecord): Promise<boolean> {
    if (!(await this.files.stat(file))) return false;
    for await (const line of linesOf(this.files.read(file))) {
      signal.throwIfAborted();
      if (!line.includes(recordId)) continue;
      const row = JSON.parse(line) as Row;
      const records: RecordRef[] = isPair(row) ? [row, row.to] : [row];
      if (records.some((one) => one.objectType === objectType && one.recordId === recordId)) return true;
    }
    return false;
  }

  private async change(
    planId: string,
    { meta }: ErasedRecord,
    decide: (plan: Plan) => EventOf<RestorePlanEvents>[],
  ) {
    return this.streams.change(restorePlan, restorePlanStream(planId), decide, stepOf(meta));
  }
}

const selects = ({ objects, modes }: RestorePlanDocument, { objectType, recordId }: ErasedRecord): boolean =>
  // A record that is not selected may be associated with one that is.
  modes.restoreAssociations ||
  objects.some((one) => one.objectType === objectType && (one.recordIds?.includes(recordId) ?? true));

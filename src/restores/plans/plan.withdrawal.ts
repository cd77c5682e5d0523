// The command that withdraws restore plans whose rows hold an erased record: they show its values, and would bring it
// back.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import { stepOf } from '../../caller';
import { recordStream } from '../../crm/schemas/object-types';
import type { RecordEvents } from '../../crm/records/record.events';
import type { EventOf, Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { linesOf } from '../../files/lines';
import { foldedAt, withoutValues } from '../../point-in-time/record-at';
import { ReadModels } from '../../read/read-models';
import { planFailed, restorePlan, restorePlanStream, withdrawPlan, type Plan } from './plan.decider';
import type { Row } from './plan-row';
import type { RestorePlanEvents } from '../restore.events';

const PAGE = 100;

/** Withdraws all plans that hold a record which has been erased; answers their ids. Repeating it is harmless. */
export class WithdrawPlans extends Command<string[]> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    /** Position of the erasure. */
    readonly erasedAt: bigint,
    /** The metadata of every event, each of which gets a command id of its own. */
    readonly meta: Meta,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@CommandHandler(WithdrawPlans)
export class WithdrawPlansHandler implements ICommandHandler<WithdrawPlans> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  async execute(asked: WithdrawPlans): Promise<string[]> {
    const { objectType, recordId, erasedAt, signal } = asked;
    // A plan that is requested later is made at a position that knows of the erasure.
    await this.readModels.waitFor(restorePlans, await this.streams.store.head(), signal);
    const history = await withoutValues(this.streams.pages<RecordEvents>(recordStream(objectType, recordId)));
    const withdrawn: string[] = [];
    const filter = { status: { $in: ['PLANNING', 'READY', 'EXECUTED'] } };
    for await (const page of this.readModels.pages(restorePlans, { filter, limit: PAGE }))
      for (const plan of page) {
        signal.throwIfAborted();
        if (BigInt(plan.madeAt) >= erasedAt || !selects(plan, asked)) continue;
        if (!(await foldedAt([history], BigInt(plan.position))).erased) continue;
        if (await this.withdraw(plan.id, asked)) withdrawn.push(plan.id);
      }
    return withdrawn;
  }

  private async withdraw(planId: string, asked: WithdrawPlans): Promise<boolean> {
    const reason = 'A record was erased while the plan was being made: make a new plan';
    const { state } = await this.change(planId, asked, (plan) => planFailed(plan, reason));
    if (state.status !== 'ready' && state.status !== 'executed') return false;
    if (!(await this.holds(state.ready.file, asked))) return false;
    const now = await this.change(planId, asked, withdrawPlan);
    // A restore under way refuses the record's row; the file is deleted when the restore has ended.
    if (now.state.status === 'withdrawn') await this.files.remove(state.ready.file);
    return now.events.length > 0;
  }

  private async holds(file: string, { objectType, recordId, signal }: WithdrawPlans): Promise<boolean> {
    if (!(await this.files.stat(file))) return false;
    for await (const line of linesOf(this.files.read(file))) {
      signal.throwIfAborted();
      if (!line.includes(recordId)) continue;
      const row = JSON.parse(line) as Row;
      if (row.objectType === objectType && row.recordId === recordId) return true;
    }
    return false;
  }

  private async change(
    planId: string,
    { meta }: WithdrawPlans,
    decide: (plan: Plan) => EventOf<RestorePlanEvents>[],
  ) {
    return this.streams.change(restorePlan, restorePlanStream(planId), decide, stepOf(meta));
  }
}

const selects = ({ objects }: RestorePlanDocument, { objectType, recordId }: WithdrawPlans): boolean =>
  objects.some((one) => one.objectType === objectType && (one.recordIds?.includes(recordId) ?? true));

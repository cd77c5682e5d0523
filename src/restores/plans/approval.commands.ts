// Commands by which a second super admin approves or rejects a restore plan.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { approvePlan, rejectPlan } from './approval.decider';
import { Guards } from './guards';
import { restorePlan, restorePlanStream } from './plan.decider';

/** Approves a plan, or rejects it. Refused with `approval-own-plan`, `approval-not-needed` and as its execution is. */
export class JudgePlan extends Command<bigint> {
  constructor(
    readonly planId: string,
    readonly verdict: 'approve' | 'reject',
    readonly reason: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(JudgePlan)
export class JudgePlanHandler implements ICommandHandler<JudgePlan> {
  constructor(
    private readonly streams: Streams,
    private readonly guards: Guards,
  ) {}

  async execute({ planId, verdict, reason, asked }: JudgePlan): Promise<bigint> {
    const threshold = await this.guards.threshold();
    const judgement = { by: asked.caller.userId, reason, threshold, now: metaOf(asked).at };
    const decide = verdict === 'approve' ? approvePlan : rejectPlan;
    const { position } = await this.streams.change(
      restorePlan,
      restorePlanStream(planId),
      (plan) => decide(plan, judgement),
      ...asAsked(asked),
    );
    return position;
  }
}

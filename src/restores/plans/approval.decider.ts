// Decisions on the approval of a large restore plan: a second super admin approves or rejects it, never one's own.
import { Refusal } from '../../refusals';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { RestoreApproval, RestorePlanEvents } from '../restore.events';
import { isAbove, type Guard } from './guard';
import { executable, type Plan, type ReadyPlan } from './plan.decider';

const event = eventsOf<RestorePlanEvents>();
type Decided = EventOf<RestorePlanEvents>[];

export interface Judgement {
  /** The user who judges. */
  readonly by: string;
  readonly reason: string;
  readonly threshold: Guard['threshold'];
  readonly now: string;
}

export function approvePlan(plan: Plan, judgement: Judgement): Decided {
  const ready = judged(plan, judgement);
  return ready.approval?.approved ? [] : [event('restoreplan.approved.v1', toldOf(ready, judgement))];
}

/** Takes an approval back, too, as long as the plan has not been executed. */
export const rejectPlan = (plan: Plan, judgement: Judgement): Decided =>
  plan.status === 'rejected'
    ? []
    : [event('restoreplan.rejected.v1', toldOf(judged(plan, judgement), judgement))];

/** The plan may have become ready when it was below the threshold, or when there was nobody to be asked. */
function judged(plan: Plan, { by, threshold, now }: Judgement): ReadyPlan {
  const ready = executable(plan, now);
  if (ready.asker.userId === by) throw new Refusal('approval-own-plan');
  if (!needsSecond(ready, threshold)) throw new Refusal('approval-not-needed');
  return ready;
}

/** Asks for the approval of a plan that became large when the threshold was lowered: nobody was asked before. */
export function askForApproval(plan: Plan, { threshold, second }: Guard): Decided {
  if (plan.status !== 'ready' || plan.approval || !second || !isAbove(plan.ready.rows, threshold)) return [];
  const { requested, asker, ready } = plan;
  const asked = { planId: requested.planId, askedBy: asker.userId, threshold, rows: ready.rows };
  return [event('restoreplan.approval-asked.v1', asked)];
}

const toldOf = ({ requested: { planId }, asker }: ReadyPlan, { reason }: Judgement) => ({
  planId,
  askedBy: asker.userId,
  reason,
});

/** What was asked for once stays so, though the threshold has been raised since. */
const needsSecond = ({ approval, ready }: ReadyPlan, threshold: Guard['threshold']): boolean =>
  approval !== undefined || isAbove(ready.rows, threshold);

/**
 * Why a plan may be executed now: undefined where it needs no approval, `alone` where there is nobody to approve it, so
 * that a reason is asked for. Refuses with `approval-required`.
 */
export function passes(plan: ReadyPlan, guard: Guard): RestoreApproval | 'alone' | undefined {
  if (plan.approval?.approved) return { kind: 'second', ...plan.approval.approved };
  if (!needsSecond(plan, guard.threshold)) return undefined;
  if (guard.second) throw new Refusal('approval-required');
  return 'alone';
}

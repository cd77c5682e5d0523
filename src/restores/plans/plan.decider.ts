// Decisions on a restore plan: requested, made by a job, approved where it is large, then executed at most once within
// 24 hours.
import { Refusal } from '../../refusals';
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { StoredFiles } from '../../jobs/stored-files';
import type { RestorePlanEvents } from '../restore.events';
import { isAbove, type Guard } from './guard';

const PLAN_LIVES_MS = 24 * 3_600_000;

export type Requested = RestorePlanEvents['restoreplan.requested.v1'];
export type Ready = RestorePlanEvents['restoreplan.ready.v1'];
type Made = Pick<Ready, 'file' | 'rows' | 'sha256' | 'summary'>;

export type Plan =
  | { readonly status: 'none' }
  | (Asked & { readonly status: 'planning' })
  | ReadyPlan
  /** By another super admin. */
  | (Asked & { readonly status: 'rejected'; readonly ready: Ready })
  | (Asked & {
      readonly status: 'executed';
      readonly ready: Ready;
      readonly by: string;
      /**
       * True where a record in its rows has been erased: they are deleted as soon as the restore no longer needs them.
       */
      readonly withdrawn?: true;
    })
  | (Asked & { readonly status: 'withdrawn' | 'failed' | 'cancelled' });

interface Asked {
  readonly requested: Requested;
  readonly asker: Asker;
}

export interface Asker {
  /** The person who asked for the plan, if through an API key of theirs. */
  readonly userId: string | null;
  /** Position of the request. */
  readonly at: bigint;
}

export type ReadyPlan = Asked & {
  readonly status: 'ready';
  readonly ready: Ready;
  /** Another super admin has been asked to approve the plan, and perhaps has. */
  readonly approval?: {
    readonly approved?: { readonly by: string; readonly reason: string };
  };
};

const askedIn = (plan: Plan): Asked =>
  plan.status === 'none' ? impossible(plan, 'an end') : { requested: plan.requested, asker: plan.asker };

const readyIn = (plan: Plan): ReadyPlan => (plan.status === 'ready' ? plan : impossible(plan, 'an approval'));

const impossible = (state: Plan, event: string): never => {
  throw new Error(`${event} in a plan that is ${state.status}`);
};

export const restorePlan: Decider<Plan, RestorePlanEvents> = {
  initial: { status: 'none' },
  evolve: {
    'restoreplan.requested.v1': (_, requested, { meta, position }) => ({
      ...{ status: 'planning', requested },
      asker: { userId: meta.actor.userId ?? null, at: position },
    }),
    'restoreplan.ready.v1': (plan, ready) =>
      plan.status === 'planning'
        ? { ...askedIn(plan), status: 'ready', ready }
        : impossible(plan, 'restoreplan.ready'),
    'restoreplan.approval-asked.v1': (plan) => ({ ...readyIn(plan), approval: {} }),
    'restoreplan.approved.v1': (plan, { reason }, { meta }) => ({
      ...readyIn(plan),
      approval: { approved: { by: meta.actor.userId ?? meta.actor.id, reason } },
    }),
    'restoreplan.rejected.v1': (plan) => ({
      ...askedIn(plan),
      status: 'rejected',
      ready: readyIn(plan).ready,
    }),
    'restoreplan.failed.v1': (plan) => ({ ...askedIn(plan), status: 'failed' }),
    'restoreplan.cancelled.v1': (plan) => ({ ...askedIn(plan), status: 'cancelled' }),
    'restoreplan.withdrawn.v1': (plan) =>
      plan.status === 'executed' ? { ...plan, withdrawn: true } : { ...askedIn(plan), status: 'withdrawn' },
    'restoreplan.executed.v1': (plan, { restoreId }) =>
      plan.status === 'ready'
        ? { ...askedIn(plan), status: 'executed', ready: plan.ready, by: restoreId }
        : impossible(plan, 'restoreplan.executed'),
  },
};

export const restorePlanStream = (planId: string): string => `restoreplan-${planId}`;

const event = eventsOf<RestorePlanEvents>();
type Decided = EventOf<RestorePlanEvents>[];

export const requestPlan = (plan: Plan, requested: Requested): Decided =>
  plan.status === 'none' ? [event('restoreplan.requested.v1', requested)] : [];

/**
 * Tells that the plan is made, and asks for approval where it is large; no event where it was cancelled meanwhile, or
 * another attempt was faster.
 */
export function planMade(plan: Plan, made: Made, guard: Guard, at: string): Decided {
  if (plan.status !== 'planning') return [];
  const { planId } = plan.requested;
  const { threshold, second } = guard;
  const expiresAt = new Date(Date.parse(at) + PLAN_LIVES_MS).toISOString();
  const ready = { planId, ...made, expiresAt };
  if (!isAbove(made.rows, threshold)) return [event('restoreplan.ready.v1', ready)];
  if (!second) return [event('restoreplan.ready.v1', { ...ready, alone: { threshold } })];
  const asked = { planId, askedBy: plan.asker.userId, threshold, rows: made.rows };
  return [event('restoreplan.ready.v1', ready), event('restoreplan.approval-asked.v1', asked)];
}

export const planFailed = (plan: Plan, reason: string): Decided =>
  plan.status === 'planning'
    ? [event('restoreplan.failed.v1', { planId: plan.requested.planId, reason })]
    : [];

/** Withdraws a plan whose rows hold a record that has been erased. */
export function withdrawPlan(plan: Plan): Decided {
  if (plan.status !== 'ready' && plan.status !== 'rejected' && plan.status !== 'executed') return [];
  if (plan.status === 'executed' && plan.withdrawn) return [];
  return [event('restoreplan.withdrawn.v1', { planId: plan.requested.planId })];
}

export function cancelPlan(plan: Plan): Decided {
  if (plan.status === 'none') throw new Refusal('restore-plan-unknown');
  if (plan.status === 'cancelled') return [];
  if (plan.status === 'planning')
    return [event('restoreplan.cancelled.v1', { planId: plan.requested.planId })];
  throw new Refusal('restore-plan-not-planning');
}

/**
 * What an execution needs of the plan. Refuses a plan that cannot be executed (any more); expiry is judged by `now`.
 */
export function executable(plan: Plan, now: string): ReadyPlan {
  switch (plan.status) {
    case 'none':
      throw new Refusal('restore-plan-unknown');
    case 'executed':
      throw new Refusal('restore-plan-executed');
    case 'planning':
    case 'failed':
    case 'cancelled':
      throw new Refusal('restore-plan-not-ready');
    case 'withdrawn':
      throw new Refusal('restore-plan-withdrawn');
    case 'rejected':
      throw new Refusal('restore-plan-rejected');
    case 'ready':
      if (now >= plan.ready.expiresAt) throw new Refusal('restore-plan-expired');
      return plan;
  }
}

/** Marks the plan as used by a restore that has been requested, and no longer depends on the plan's expiry. */
export function markExecuted(plan: Plan, restoreId: string): Decided {
  if (plan.status === 'executed' && plan.by === restoreId) return [];
  if (plan.status === 'ready')
    return [event('restoreplan.executed.v1', { planId: plan.requested.planId, restoreId })];
  if (plan.status === 'withdrawn') throw new Refusal('restore-plan-withdrawn');
  if (plan.status === 'rejected') throw new Refusal('restore-plan-rejected');
  throw new Refusal(plan.status === 'executed' ? 'restore-plan-executed' : 'restore-plan-not-ready');
}

/** Milliseconds after which a restore that was accepted in the last moment has named its plan. */
const GRACE_MS = 3_600_000;

const isPast = (expiresAt: string, now: Date): boolean => Date.parse(expiresAt) + GRACE_MS <= now.getTime();

/** The rows of plans. A file that a restore under way reads is kept by the chore, whatever the plan says. */
export const planFiles: StoredFiles<Plan, RestorePlanEvents> = {
  folder: 'restore-plans',
  extension: 'jsonl',
  decider: restorePlan,
  streamOf: restorePlanStream,
  keeps: (plan, path, now) => {
    switch (plan.status) {
      case 'planning':
        return true;
      case 'ready':
      case 'rejected':
        return path === plan.ready.file && !isPast(plan.ready.expiresAt, now);
      case 'executed':
        return path === plan.ready.file && !plan.withdrawn && !isPast(plan.ready.expiresAt, now);
      case 'none':
      case 'withdrawn':
      case 'failed':
      case 'cancelled':
        return false;
    }
  },
  expire: () => [],
};

// Tells of a plan that can be executed which subscriptions to webhooks would be told of its changes, and how often.
import type { QueryBus } from '@nestjs/cqrs';
import { type Automation, CountTold } from '../../webhooks/told.queries';
import type { PlanView } from './plan.queries';

export type WithAutomations = PlanView & { readonly automations?: readonly Automation[] };

export async function withAutomations(queries: QueryBus, plan: PlanView): Promise<WithAutomations> {
  const { status, summary, source } = plan;
  if ((status !== 'READY' && status !== 'AWAITING_APPROVAL') || !summary) return plan;
  const { byProperty, byKind = {} } = summary;
  const cause = source.undo ? 'undos' : 'restores';
  return { ...plan, automations: await queries.execute(new CountTold(cause, { byProperty, byKind })) };
}

// Decisions on one subscription to webhooks, from its creation to its end.
import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import type { WebhookEvents, WebhookWants } from './webhook.events';

export const webhookStream = (webhookId: string): string => `webhook-${webhookId}`;

export interface LiveWebhook extends WebhookWants {
  readonly status: 'live';
  readonly webhookId: string;
  readonly host: string;
  readonly paused: boolean;
  /** ISO time of the last resumption: time that passed before it does not count against a receiver. */
  readonly resumedAt: string | null;
  /** Where it begins, or goes on, if nothing else is known of how far it is. */
  readonly after: bigint;
}

export type Webhook = { readonly status: 'none' } | LiveWebhook | { readonly status: 'deleted' };

const when = (state: Webhook, change: (live: LiveWebhook) => Partial<LiveWebhook>): Webhook =>
  state.status === 'live' ? { ...state, ...change(state) } : state;

export const webhook: Decider<Webhook, WebhookEvents> = {
  initial: { status: 'none' },
  evolve: {
    'webhook.created.v1': (_, { after, ...created }) => ({
      ...{ ...created, status: 'live', paused: false, resumedAt: null },
      after: BigInt(after),
    }),
    'webhook.changed.v1': (state, { changes }) => when(state, () => fieldsOf(changes)),
    'webhook.paused.v1': (state) => when(state, () => ({ paused: true })),
    'webhook.resumed.v1': (state, _, { meta }) => when(state, () => ({ paused: false, resumedAt: meta.at })),
    'webhook.moved.v1': (state, { after }) => when(state, () => ({ after: BigInt(after) })),
    'webhook.secret-rotated.v1': (state) => state,
    'webhook.failures-resent.v1': (state) => state,
    'webhook.failures-expired.v1': (state) => state,
    'webhook.reached.v1': (state, { position }) => when(state, () => ({ after: BigInt(position) })),
    'webhook.deleted.v1': () => ({ status: 'deleted' }),
  },
};

/** The fields of a subscription as a change leaves them. */
export function fieldsOf(
  changes: WebhookEvents['webhook.changed.v1']['changes'],
): Partial<WebhookWants & { host: string }> {
  const { url, ...wants } = changes;
  const after = Object.fromEntries(Object.entries(wants).map(([field, { to }]) => [field, to]));
  return { ...after, ...(url && { host: url.to as string }) };
}

const ev = eventsOf<WebhookEvents>();
type Decided = readonly EventOf<WebhookEvents>[];

/** The subscription; refuses with `webhook-unknown` where there is none, or none any more. */
export function liveWebhook(state: Webhook): LiveWebhook {
  if (state.status !== 'live') throw new Refusal('webhook-unknown');
  return state;
}

export const createWebhook = (state: Webhook, created: WebhookEvents['webhook.created.v1']): Decided =>
  state.status === 'none' ? [ev('webhook.created.v1', created)] : [];

export interface WebhookChange {
  readonly wants: Partial<WebhookWants>;
  /** The host of another address. */
  readonly host?: string;
  readonly paused?: boolean;
  readonly after?: bigint;
}

export function changeWebhook(state: Webhook, { wants, host, paused, after }: WebhookChange): Decided {
  const live = liveWebhook(state);
  const { webhookId } = live;
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const [field, to] of Object.entries(wants)) {
    const from = live[field as keyof WebhookWants];
    if (to !== undefined && !isDeepStrictEqual(from, to)) changes[field] = { from, to };
  }
  if (host !== undefined) changes.url = { from: live.host, to: host };
  return [
    ...(Object.keys(changes).length > 0 ? [ev('webhook.changed.v1', { webhookId, changes })] : []),
    ...(after === undefined ? [] : [ev('webhook.moved.v1', { webhookId, after: String(after) })]),
    ...(paused === true && !live.paused ? [ev('webhook.paused.v1', { webhookId })] : []),
    ...(paused === false && live.paused ? [ev('webhook.resumed.v1', { webhookId })] : []),
  ];
}

export const rotateSecret = (state: Webhook, previousUntil: string): Decided => [
  ev('webhook.secret-rotated.v1', { webhookId: liveWebhook(state).webhookId, previousUntil }),
];

export const resendFailures = (state: Webhook, failures: readonly string[] | null): Decided => [
  ev('webhook.failures-resent.v1', { webhookId: liveWebhook(state).webhookId, failures }),
];

/** `before` is an ISO time. */
export const expireFailures = (state: Webhook, failures: number, before: string): Decided =>
  state.status === 'live' && failures > 0
    ? [ev('webhook.failures-expired.v1', { webhookId: state.webhookId, failures, before })]
    : [];

/** Notes how far it is; a position before the known one tells nothing. */
export const noteReached = (state: Webhook, position: bigint): Decided =>
  state.status === 'live' && position > state.after
    ? [ev('webhook.reached.v1', { webhookId: state.webhookId, position: String(position) })]
    : [];

export const deleteWebhook = (state: Webhook): Decided =>
  state.status === 'deleted' ? [] : [ev('webhook.deleted.v1', { webhookId: liveWebhook(state).webhookId })];

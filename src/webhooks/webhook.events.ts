// Events of one subscription to webhooks. Stream: `webhook-<webhookId>`. Its address and its secret lie in the vault
// alone: people put tokens into paths and queries of addresses.
import type { LogPosition } from '../eventsourcing/event';
import type { WebhookEventName } from './webhook.vocabulary';

/** What a subscription is told of by whose doing; without them it hears of none of these. */
export interface ToldBy {
  readonly restores: boolean;
  readonly undos: boolean;
  readonly imports: boolean;
}

/** What a subscription wants to be told of. Object types by their plural names. */
export interface WebhookWants {
  readonly objectTypes: readonly string[];
  readonly events: readonly WebhookEventName[];
  /** Properties whose changes are told of; null: all but those that change by themselves. */
  readonly properties: readonly string[] | null;
  readonly told: ToldBy;
}

type Sides = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** What is told of comes after `after`, which may be `-1`. */
export type WebhookEvents = {
  'webhook.created.v1': WebhookWants & { webhookId: string; host: string; after: LogPosition };
  /** By field; `url` names the hosts alone, and stands there whenever the address was changed. */
  'webhook.changed.v1': { webhookId: string; changes: Sides };
  'webhook.paused.v1': { webhookId: string };
  'webhook.resumed.v1': { webhookId: string };
  /** It goes on after another position: what comes after that is told of again, or is left out. */
  'webhook.moved.v1': { webhookId: string; after: LogPosition };
  'webhook.secret-rotated.v1': { webhookId: string; previousUntil: string };
  /** Failures are sent again: those with these ids, or where null all that there are. */
  'webhook.failures-resent.v1': { webhookId: string; failures: readonly string[] | null };
  /** So many failures were given up before an ISO time, and nobody has sent them again: they are gone. */
  'webhook.failures-expired.v1': { webhookId: string; failures: number; before: string };
  /** All up to a position was delivered, or has failed: where it goes on if the store of read models is lost. */
  'webhook.reached.v1': { webhookId: string; position: LogPosition };
  'webhook.deleted.v1': { webhookId: string };
};

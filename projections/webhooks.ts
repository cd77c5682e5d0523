// Subscriptions to webhooks that have not been deleted.
import type { WebhookEvents, WebhookWants } from '../src/webhooks/webhook.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface WebhookDocument extends Doc, WebhookWants {
  readonly host: string;
  readonly paused: boolean;
  readonly createdAt: string;
  /** Id of the person who made it, or for whom an API key did; null where nobody is known. */
  readonly createdBy: string | null;
  readonly updatedAt: string;
}

export const webhooks: Projection<WebhookDocument, WebhookEvents> = {
  name: 'webhooks',
  version: 1,
  indexes: [['createdAt'], ['paused']],
  on: {
    'webhook.created.v1': (e, { meta }) => ({
      id: e.webhookId,
      put: {
        ...{ host: e.host, objectTypes: e.objectTypes, events: e.events, properties: e.properties },
        ...{ told: e.told, paused: false, createdAt: meta.at, createdBy: meta.actor.userId ?? null },
        updatedAt: meta.at,
      },
    }),
    'webhook.changed.v1': ({ webhookId, changes: { url, ...wants } }, { meta }) => ({
      id: webhookId,
      patch: {
        ...Object.fromEntries(Object.entries(wants).map(([field, { to }]) => [field, to])),
        ...(url && { host: url.to as string }),
        updatedAt: meta.at,
      },
    }),
    'webhook.paused.v1': ({ webhookId }, { meta }) => ({
      id: webhookId,
      patch: { paused: true, updatedAt: meta.at },
    }),
    'webhook.resumed.v1': ({ webhookId }, { meta }) => ({
      id: webhookId,
      patch: { paused: false, updatedAt: meta.at },
    }),
    'webhook.deleted.v1': ({ webhookId }) => ({ id: webhookId, remove: true }),
  },
};

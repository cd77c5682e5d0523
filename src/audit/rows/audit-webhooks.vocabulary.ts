// What the audit log says of subscriptions to webhooks.
import type { WebhookEvents } from '../../webhooks/webhook.events';
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, security, type NoRow } from '../audit-wording.vocabulary';

type Rows = {
  readonly [K in keyof WebhookEvents]: ((data: WebhookEvents[K]) => Described) | NoRow;
};

const row =
  <E extends { webhookId: string }>(action: string, summary: string, more: (e: E) => object = () => ({})) =>
  (e: E): Described => ({
    ...security('WEBHOOK', action, summary, { type: 'webhooks', id: e.webhookId }),
    ...more(e),
  });

export const webhookRows: Rows = {
  'webhook.created.v1': row(
    'CREATE',
    'Subscribed a receiver of webhooks',
    ({ webhookId: _, ...created }) => ({
      changes: made(created),
    }),
  ),
  'webhook.changed.v1': row('UPDATE', 'Changed a subscription to webhooks', ({ changes }) => ({ changes })),
  'webhook.paused.v1': row('DISABLE', 'Paused a subscription to webhooks'),
  'webhook.resumed.v1': row('ENABLE', 'Resumed a subscription to webhooks'),
  'webhook.moved.v1': row(
    'RUN',
    'Had a subscription to webhooks go on from another position',
    ({ after }) => ({
      changes: made({ after }),
    }),
  ),
  'webhook.secret-rotated.v1': row('UPDATE', 'Gave a subscription to webhooks another secret', (e) => ({
    changes: made({ previousUntil: e.previousUntil }),
  })),
  'webhook.failures-resent.v1': row(
    'RUN',
    'Asked for failures of webhooks to be sent again',
    ({ failures }) => ({
      changes: made({ failures: failures === null ? 'all' : failures.length }),
    }),
  ),
  'webhook.failures-expired.v1': row(
    'PURGE',
    'Deleted failures of webhooks, their time being over',
    ({ failures, before }) => ({ changes: made({ failures, before }) }),
  ),
  'webhook.reached.v1': bookkeeping('notes how far it is; what it tells of has its rows'),
  'webhook.deleted.v1': row('DELETE', 'Deleted a subscription to webhooks'),
};

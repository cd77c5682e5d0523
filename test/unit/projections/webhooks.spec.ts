// The read model of subscriptions: those that are there, as they are.
import { webhooks } from '../../../projections/webhooks';
import { eventsOf } from '../../../src/eventsourcing/event';
import type { WebhookEvents } from '../../../src/webhooks/webhook.events';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<WebhookEvents>();
const told = { restores: false, undos: false, imports: false };
const created = (webhookId: string) =>
  ev('webhook.created.v1', {
    ...{ webhookId, host: 'a.example', objectTypes: ['contacts'], events: ['creation'] },
    ...{ properties: null, told, after: '41' },
  });

test('it shows how each is now, and forgets those that are deleted', () => {
  const changes = {
    events: { from: ['creation'], to: ['deletion'] },
    url: { from: 'a.example', to: 'b.example' },
  };
  projecting(webhooks)
    .given(
      ...[created('1'), created('2'), ev('webhook.paused.v1', { webhookId: '1' })],
      by(ev('webhook.changed.v1', { webhookId: '1', changes }), { at: later }),
      ev('webhook.deleted.v1', { webhookId: '2' }),
    )
    .then({
      '1': {
        ...{ host: 'b.example', objectTypes: ['contacts'], events: ['deletion'], properties: null, told },
        ...{ paused: true, createdAt: at, createdBy: 'user-1', updatedAt: later },
      },
    });
});

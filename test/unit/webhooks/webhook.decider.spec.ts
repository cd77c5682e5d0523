// A subscription is made once, changed field by field, paused and resumed, and gone once it is deleted.
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  expireFailures,
  noteReached,
  resendFailures,
  rotateSecret,
  webhook,
} from '../../../src/webhooks/webhook.decider';
import type { WebhookEvents } from '../../../src/webhooks/webhook.events';
import { by, deciding, later } from '../../support/spec';

const ev = eventsOf<WebhookEvents>();
const given = deciding(webhook);
const told = { restores: false, undos: false, imports: false };
const data: WebhookEvents['webhook.created.v1'] = {
  ...{ webhookId: '1', host: 'a.example', objectTypes: ['contacts'], events: ['creation'] },
  ...{ properties: null, told, after: '41' },
};
const created = ev('webhook.created.v1', data);
const paused = ev('webhook.paused.v1', { webhookId: '1' });
const deleted = ev('webhook.deleted.v1', { webhookId: '1' });

test('it is made once', () => {
  given()
    .when((s) => createWebhook(s, data))
    .then(created);
  given(created)
    .when((s) => createWebhook(s, data))
    .thenNothing();
});

test('what is changed is told with both sides; what stays is not', () => {
  given(created)
    .when((s) => changeWebhook(s, { wants: { events: ['deletion'], objectTypes: ['contacts'] } }))
    .then(
      ev('webhook.changed.v1', {
        webhookId: '1',
        changes: { events: { from: ['creation'], to: ['deletion'] } },
      }),
    );
  given(created)
    .when((s) => changeWebhook(s, { wants: { told } }))
    .thenNothing();
});

test('another address is told of by its host, though the host be the same', () => {
  const changes = { url: { from: 'a.example', to: 'a.example' } };
  given(created)
    .when((s) => changeWebhook(s, { wants: {}, host: 'a.example' }))
    .then(ev('webhook.changed.v1', { webhookId: '1', changes }));
  const elsewhere = ev('webhook.changed.v1', {
    webhookId: '1',
    changes: { url: { from: 'a.example', to: 'b.example' } },
  });
  expect(given(created, elsewhere).state).toMatchObject({ host: 'b.example', events: ['creation'] });
});

test('it is paused once and resumed once, and may be moved at the same time', () => {
  given(created)
    .when((s) => changeWebhook(s, { wants: {}, paused: true }))
    .then(paused);
  given(created, paused)
    .when((s) => changeWebhook(s, { wants: {}, paused: true }))
    .thenNothing();
  given(created, paused)
    .when((s) => changeWebhook(s, { wants: {}, paused: false, after: -1n }))
    .then(
      ev('webhook.moved.v1', { webhookId: '1', after: '-1' }),
      ev('webhook.resumed.v1', { webhookId: '1' }),
    );
  const resumed = by(ev('webhook.resumed.v1', { webhookId: '1' }), { at: later });
  expect(given(created, paused, resumed).state).toMatchObject({ paused: false, resumedAt: later });
});

test('failures expire where there are some, of a subscription that is there', () => {
  given(created)
    .when((s) => expireFailures(s, 3, later))
    .then(ev('webhook.failures-expired.v1', { webhookId: '1', failures: 3, before: later }));
  given(created)
    .when((s) => expireFailures(s, 0, later))
    .thenNothing();
  given(created, deleted)
    .when((s) => expireFailures(s, 3, later))
    .thenNothing();
});

test('how far it is only rises, and a move counts for more', () => {
  const reached = (position: string) => ev('webhook.reached.v1', { webhookId: '1', position });
  given(created)
    .when((s) => noteReached(s, 50n))
    .then(reached('50'));
  given(created, reached('50'))
    .when((s) => noteReached(s, 50n))
    .thenNothing();
  const moved = ev('webhook.moved.v1', { webhookId: '1', after: '7' });
  expect(given(created, reached('50'), moved).state).toMatchObject({ after: 7n });
});

test('nothing can be done to one that is not there, or is there no more', () => {
  for (const scene of [[], [created, deleted]]) {
    given(...scene)
      .when((s) => changeWebhook(s, { wants: {} }))
      .thenRefused('webhook-unknown');
    given(...scene)
      .when((s) => resendFailures(s, null))
      .thenRefused('webhook-unknown');
    given(...scene)
      .when((s) => rotateSecret(s, later))
      .thenRefused('webhook-unknown');
  }
  given().when(deleteWebhook).thenRefused('webhook-unknown');
  given(created).when(deleteWebhook).then(deleted);
  given(created, deleted).when(deleteWebhook).thenNothing();
  given(created, deleted)
    .when((s) => noteReached(s, 50n))
    .thenNothing();
});

// A process that is killed while receivers are told: what it had sent and not written down comes again, and nothing is
// lost.
import { KillableServer } from '../../crash/killable';
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';

const CONTACTS = '/crm/v3/objects/contacts';

test('nothing is lost where the process is killed as a receiver takes something', async () => {
  const receiver = await WebhookReceiver.start();
  const server = await KillableServer.start({ WEBHOOKS_PRIVATE: 'on' });
  try {
    const { secret } = await server.api.post<{ secret: string }>('/webhooks/v1/subscriptions', {
      ...{ url: receiver.url, objectTypes: ['contacts'], events: ['creation', 'propertyChange'] },
      properties: ['city'],
    });
    receiver.secrets.push(secret);
    const killed = new Promise<void>((resolve) => {
      receiver.answer = async () => {
        await server.kill();
        resolve();
        return 200;
      };
    });
    const { id } = await server.api.post<{ id: string }>(CONTACTS, { properties: { city: 'Bergen' } });
    await killed;
    const first = receiver.of(id);
    receiver.answer = () => 200;
    await server.run();
    await server.api.call('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'Oslo' } });
    await receiver.until(() => receiver.of(id).some(({ propertyValue }) => propertyValue === 'Oslo'));
    const [creation, bergen, ...rest] = receiver.of(id).slice(first.length);
    expect([creation, bergen]).toMatchObject([
      { subscriptionType: 'contact.creation' },
      { subscriptionType: 'contact.propertyChange', propertyValue: 'Bergen' },
    ]);
    expect(rest.map(({ propertyValue }) => propertyValue)).toEqual(['Oslo']);
    for (const [n, one] of first.entries()) expect([creation, bergen][n]!.eventId).toBe(one.eventId);
    expect(receiver.wrong).toEqual([]);
  } finally {
    await server.remove();
    await receiver.stop();
  }
});

test('what waits is not lost where the process is killed', async () => {
  const receiver = await WebhookReceiver.start();
  const server = await KillableServer.start({ WEBHOOKS_PRIVATE: 'on' });
  try {
    const made = await server.api.post<{ id: string; secret: string }>('/webhooks/v1/subscriptions', {
      ...{ url: receiver.url, objectTypes: ['contacts'], events: ['propertyChange'], properties: ['city'] },
    });
    receiver.secrets.push(made.secret);
    receiver.answer = () => 500;
    const { id } = await server.api.post<{ id: string }>(CONTACTS, { properties: { city: 'A' } });
    for (const city of ['B', 'C'])
      await server.api.call('PATCH', `${CONTACTS}/${id}`, { properties: { city } });
    const waiting = async () =>
      (await server.api.get<{ delivery: { waiting: number } }>(`/webhooks/v1/subscriptions/${made.id}`))
        .delivery.waiting;
    while ((await waiting()) < 3);
    receiver.answer = () => 200;
    await server.killAndRestart();
    await receiver.until(() => receiver.of(id).length >= 3, 60_000);
    expect(receiver.of(id).map(({ propertyValue }) => propertyValue)).toEqual(['A', 'B', 'C']);
  } finally {
    await server.remove();
    await receiver.stop();
  }
});

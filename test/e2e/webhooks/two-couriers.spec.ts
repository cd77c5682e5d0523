// Several processes over shared stores: one delivers at a time, another takes over when it dies, and one that was only
// paused does no harm when it wakes up beside its successor.
import { randomUUID } from 'node:crypto';
import { Api } from '../../demo/api';
import { ADMIN } from '../../split/deployment';
import { startDeployment } from '../../split/start';
import { hurry } from '../../support/webhooks/subscribed';
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';

const CONTACTS = '/crm/v3/objects/contacts';
const lease = { beatMs: 100, lookMs: 50, deadAfterMs: 600 };

hurry({ lease });

test('whichever process dies or is paused, every event comes, and each record keeps its order', async () => {
  const receiver = await WebhookReceiver.start();
  const roles = ['api', 'worker', 'worker', 'projector'] as const;
  const deployment = await startDeployment(roles, { WEBHOOKS_PRIVATE: 'on' });
  try {
    const [first, ...others] = deployment.members;
    const workers = others.filter(({ role }) => role === 'worker');
    const api = new Api(first!.url!);
    api.token = (await api.post<{ accessToken: string }>('/auth/v1/login', ADMIN)).accessToken;
    const made = await api.post<{ secret: string }>('/webhooks/v1/subscriptions', {
      ...{ url: receiver.url, objectTypes: ['contacts'], events: ['propertyChange'], properties: ['city'] },
    });
    receiver.secrets.push(made.secret);
    let asked = 0;
    receiver.answer = () => (asked++ % 3 === 0 ? 500 : 200);
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      const properties = { email: `${randomUUID()}@example.com` };
      ids.push((await api.post<{ id: string }>(CONTACTS, { properties })).id);
    }
    const cities: string[] = [];
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 5; n++) {
        const city = `${round}-${n}`;
        cities.push(city);
        for (const id of ids) await api.call('PATCH', `${CONTACTS}/${id}`, { properties: { city } });
      }
      const worker = workers[round % workers.length]!;
      // Long enough for another to take the lease.
      if (round % 3 === 2) await worker.stall(1.5 * deployment.deadAfterMs);
      else await worker.replace();
    }
    const came = (id: string) => [...new Set(receiver.of(id).map(({ propertyValue }) => propertyValue))];
    await receiver.until(() => ids.every((id) => came(id).length >= cities.length), 60_000);
    for (const id of ids) expect(came(id)).toEqual(cities);
    expect(receiver.wrong).toEqual([]);
  } finally {
    await deployment.remove();
    await receiver.stop();
  }
}, 300_000);

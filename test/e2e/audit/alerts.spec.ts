// Alerts: made, changed, snoozed, tested and deleted; what they find is told in the app, by mail and by a webhook.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, ownLog, startApp } from '../../support/servers/app';
import { signatureOf } from '../../../src/delivery/signature';

let app: App;
/** Requests that a receiver of webhooks has been sent. */
const requests: { readonly body: string; readonly signature: unknown; readonly timestamp: unknown }[] = [];
const receiver = createServer((request, response) => {
  void (async () => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    const { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp } = request.headers;
    requests.push({ body, signature, timestamp });
    response.end();
  })();
});
let hook = '';
beforeAll(async () => {
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=x`;
  app = await startApp({ ...ownLog, WEBHOOKS_PRIVATE: 'on' });
});
afterAll(async () => {
  await app.close();
  receiver.close();
});

const ALERTS = '/audit/v1/alerts';
interface Incident {
  readonly id: string;
  readonly count: number;
  readonly link: string;
  readonly silent: boolean;
  readonly webhook: string;
  readonly by: string;
}
const incidentsOf = async (id: string) =>
  (await app.ok<{ results: Incident[] }>('GET', `${ALERTS}/${id}/incidents`)).results;
async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const told = async () =>
  (await app.ok('GET', '/notifications/v1/notifications?limit=200')).results.filter((one) =>
    String(one['kind']).startsWith('ALERT_'),
  );
const create = (city: string) => app.ok('POST', '/crm/v3/objects/contacts', { properties: { city } });

test('an account begins with seven alerts, which are switched on', async () => {
  const { results } = await until(
    () => app.ok('GET', ALERTS),
    (found) => found.results.length === 7,
  );
  expect(results.map(({ id }) => id).sort()).toEqual([
    ...[
      'admin-removed',
      'exports',
      'failed-logins',
      'mass-change',
      'mass-deletion',
      'new-country',
      'new-network',
    ],
  ]);
  expect(results.every((one) => one['enabled'] === true && one['webhook'] === null)).toBe(true);
});

test('rows of a filter that reach a threshold are one incident, which grows, and is told once', async () => {
  const alert = await app.ok<{ id: string; webhookSecret: string; webhook: string }>('POST', ALERTS, {
    name: 'Contacts made',
    filter: { q: 'category:CRM_OBJECT action:CREATE' },
    threshold: 3,
    windowMinutes: 10,
    webhook: hook,
  });
  expect(alert.webhookSecret).toMatch(/^strata-alert-/);
  expect(alert.webhook).toBe(new URL(hook).host);
  for (let n = 0; n < 4; n++) await create('A');
  const [incident] = await until(
    () => incidentsOf(alert.id),
    (found) => found[0]?.count === 4 && found[0].webhook === 'told',
  );
  expect(await incidentsOf(alert.id)).toHaveLength(1);
  expect((await app.ok('GET', incident!.link)).results).toHaveLength(4);
  const [request] = requests;
  const signed = { url: hook, body: request!.body, timestamp: String(request!.timestamp) };
  expect(request!.signature).toBe(signatureOf(alert.webhookSecret, signed));
  const toldOf = JSON.parse(request!.body) as { rows: string; incident: string };
  expect(toldOf).toMatchObject({ alertId: alert.id, incidentId: incident!.id, test: false });
  // Links for people, who have nothing but the request.
  for (const link of [toldOf.rows, toldOf.incident]) {
    expect(new URL(link).protocol).toBe('http:');
    expect((await app.api('GET', link.slice(new URL(link).origin.length))).status).toBe(200);
  }
  const [notification] = await until(told, (found) => found.length > 0);
  expect(notification).toMatchObject({ kind: 'ALERT_FILTER' });
  await create('A');
  await until(
    () => incidentsOf(alert.id),
    (found) => found[0]!.count === 5,
  );
  expect(await told()).toHaveLength(1);
  await app.ok('DELETE', `${ALERTS}/${alert.id}`);
  expect((await app.api('GET', `${ALERTS}/${alert.id}/incidents`)).status).toBe(404);
});

test('a snoozed alert notes incidents and tells nobody; one that is switched off finds nothing', async () => {
  const before = (await told()).length;
  const ofCompanies = { filter: { category: 'CRM_OBJECT', subCategory: 'COMPANY' }, threshold: 1 };
  const { id } = await app.ok('POST', ALERTS, { name: 'Companies', ...ofCompanies });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await app.ok('PATCH', `${ALERTS}/${id}`, { snoozedUntil: tomorrow })).toMatchObject({
    snoozedUntil: tomorrow,
  });
  const off = await app.ok('POST', ALERTS, { name: 'Off', ...ofCompanies, enabled: false });
  await app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Acme' } });
  const [incident] = await until(
    () => incidentsOf(id),
    (found) => found.length > 0,
  );
  expect(incident).toMatchObject({ silent: true, by: 'threshold', webhook: 'none' });
  expect(await incidentsOf(off.id)).toEqual([]);
  expect(await told()).toHaveLength(before);
});

test('a test of an alert is told to whoever asks for it', async () => {
  const before = (await told()).length;
  const { status, body } = await app.api<Incident>('POST', `${ALERTS}/exports/test`);
  expect([status, body.by]).toEqual([202, 'test']);
  await until(told, (found) => found.length === before + 1);
});

test.each([
  [{ name: 'No bound', filter: {} }, 'threshold'],
  [{ name: 'No filter', threshold: 1 }, 'filter'],
  [{ name: 'A word that is none', filter: { q: 'categry:LOGIN' }, threshold: 1 }, 'category'],
  [{ name: 'Both', filter: {}, view: 'all', threshold: 1 }, 'view'],
  [{ name: 'Exports of some', kind: 'EXPORTS', filter: {}, threshold: 1 }, 'filter'],
  [{ name: 'By FTP', filter: {}, threshold: 1, webhook: 'ftp://example.com' }, 'webhook'],
])('%j is refused, and it is said why', async (body, says) => {
  const { status, body: answer } = await app.api('POST', ALERTS, body);
  expect(status).toBe(400);
  expect(JSON.stringify(answer)).toContain(says);
});

test('an alert can be made of a view, whose filter it copies', async () => {
  const { id } = await app.ok('POST', ALERTS, { name: 'Security', view: 'security', threshold: 50 });
  expect(await app.ok('GET', `${ALERTS}/${id}`)).toMatchObject({
    ...{ view: 'security', filter: { category: 'SECURITY_ACTIVITY' }, per: 'account', windowMinutes: 60 },
  });
});

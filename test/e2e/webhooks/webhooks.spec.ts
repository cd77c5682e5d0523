// Subscriptions to what happens to records, with a receiver that takes what it is sent.
import { Subscribed, SUBSCRIPTIONS, hurry, type SubscriptionJson } from '../../support/webhooks/subscribed';
import { ended, importForm } from '../../support/importing';
import type { TakenMessage } from '../../support/webhooks/webhook-receiver';

hurry();
let it: Subscribed;
beforeAll(async () => void (it = await Subscribed.start()));
afterEach(() => it.unsubscribe());
afterAll(() => it.stop());

const cities = (taken: readonly TakenMessage[]) =>
  taken.filter(({ propertyName }) => propertyName === 'city').map(({ propertyValue }) => propertyValue);
const typesOf = (taken: readonly TakenMessage[]) => taken.map((one) => one.subscriptionType);
const moved = (id: string, city: string) => () => cities(it.receiver.of(id)).includes(city);

test('what happens to a record is told in order, signed as the official client verifies it', async () => {
  const { id: subscription } = await it.subscribe();
  const id = await it.contact({ city: 'Bergen' });
  await it.moveTo(id, 'Oslo');
  await it.archive(id);
  await it.receiver.until(() => typesOf(it.receiver.of(id)).includes('contact.deletion'));
  const told = it.receiver.of(id);
  expect(typesOf(told)).toEqual([
    'contact.creation',
    ...['contact.propertyChange', 'contact.propertyChange', 'contact.propertyChange'],
    'contact.deletion',
  ]);
  expect(cities(told)).toEqual(['Bergen', 'Oslo']);
  expect(told[0]).toMatchObject({
    ...{ subscriptionId: Number(subscription), objectTypeId: '0-1', attemptNumber: 0 },
    ...{ changeSource: 'API', changeFlag: 'CREATED', objectType: 'contacts' },
  });
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(told.length);
  expect(it.receiver.wrong).toEqual([]);
});

test('only the events, types and properties that it names are told', async () => {
  await it.subscribe({ events: ['propertyChange'], properties: ['city'], objectTypes: ['0-1', 'deal'] });
  const id = await it.contact({ city: 'Bergen', firstname: 'Ada' });
  await it.app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Acme', city: 'Paris' } });
  await it.moveTo(id, 'Oslo');
  await it.receiver.until(moved(id, 'Oslo'));
  expect(it.receiver.taken.map(({ propertyName }) => propertyName)).toEqual(['city', 'city']);
});

test('a link between two records is told of from both sides', async () => {
  await it.subscribe({ objectTypes: ['contacts', 'companies'], events: ['associationChange'] });
  const id = await it.contact();
  const company = await it.app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Acme' } });
  await it.app.ok('PUT', `/crm/v4/objects/contacts/${id}/associations/default/companies/${company.id}`);
  await it.app.ok('DELETE', `/crm/v4/objects/contacts/${id}/associations/companies/${company.id}`);
  await it.receiver.until(({ taken }) => taken.filter((one) => one.associationRemoved).length >= 2);
  const pairs = it.receiver.taken.map((one) => [one.subscriptionType, one.objectId, one.toObjectId]);
  expect(pairs).toContainEqual(['contact.associationChange', Number(id), Number(company.id)]);
  expect(pairs).toContainEqual(['company.associationChange', Number(company.id), Number(id)]);
});

test('what imports and restores do is told to those alone that ask for it', async () => {
  await it.subscribe({ events: ['creation', 'restore', 'propertyChange'] });
  const all = await it.subscribe({
    events: ['creation', 'restore'],
    told: { restores: true, undos: true, imports: true },
  });
  const id = await it.contact();
  await it.archive(id);
  await it.app.ok('POST', '/recycle-bin/v1/contacts/restore', { ids: [id] });
  const columns = { Email: 'email' };
  const form = importForm({ csv: 'Email\nimported@example.com\n', type: '0-1', columns });
  await ended(it.app, (await it.app.ok('POST', '/crm/v3/imports', form)).id);
  const last = await it.contact({ city: 'Last' });
  await it.receiver.until(
    ({ taken }) => moved(last, 'Last')() && taken.filter((one) => one.objectId === Number(last)).length > 3,
  );
  const by = (source: string) => it.receiver.taken.filter(({ changeSource }) => changeSource === source);
  expect(typesOf(by('RESTORE'))).toEqual(['contact.restore']);
  expect(typesOf(by('IMPORT'))).toEqual(['contact.creation']);
  expect([...by('RESTORE'), ...by('IMPORT')].every((one) => one.subscriptionId === Number(all.id))).toBe(
    true,
  );
});

test('a pause loses nothing, and a replay tells the same again under the same ids', async () => {
  const { id: subscription } = await it.subscribe({ properties: ['city'], events: ['propertyChange'] });
  const id = await it.contact({ city: 'A' });
  await it.receiver.until(moved(id, 'A'));
  expect((await it.change(subscription, { paused: true })).paused).toBe(true);
  await it.moveTo(id, 'B');
  await it.moveTo(id, 'C');
  await it.change(subscription, { paused: false });
  await it.receiver.until(moved(id, 'C'));
  expect(cities(it.receiver.of(id))).toEqual(['A', 'B', 'C']);
  const before = [...it.receiver.of(id)];
  await it.change(subscription, { from: before[1]!.position });
  await it.receiver.until(() => it.receiver.of(id).length === 5);
  expect(it.receiver.of(id).slice(3)).toEqual(before.slice(1));
});

test('each of many moves in a row is acted on, though nothing else happens', async () => {
  const { id: subscription } = await it.subscribe({ properties: ['city'], events: ['propertyChange'] });
  const id = await it.contact({ city: 'A' });
  await it.receiver.until(moved(id, 'A'));
  const [{ position: from }] = it.receiver.of(id) as [TakenMessage];
  for (let n = 2; n <= 60; n++) {
    await it.change(subscription, { from });
    await it.receiver.until(() => it.receiver.of(id).length >= n);
  }
});

test('of a record that was erased meanwhile no value is told', async () => {
  const { id: subscription } = await it.subscribe({
    events: ['propertyChange', 'deletion', 'privacyDeletion'],
    properties: ['city'],
  });
  const id = await it.contact({ city: 'Secretville' });
  await it.receiver.until(moved(id, 'Secretville'));
  await it.change(subscription, { paused: true });
  await it.moveTo(id, 'Hideaway');
  await it.app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id });
  await it.change(subscription, { paused: false });
  await it.receiver.until(() => typesOf(it.receiver.of(id)).includes('contact.privacyDeletion'));
  const [, late] = it.receiver.of(id);
  expect(late).toMatchObject({ propertyName: 'city', withheld: 'ERASED' });
  expect(late).not.toHaveProperty('propertyValue');
  const feed = await it.app.ok<{ results: object[] }>('GET', '/webhooks/v1/events?limit=1000');
  expect(JSON.stringify(feed)).not.toMatch(/Secretville|Hideaway/);
});

test('values of sensitive properties are left out; that they changed is told', async () => {
  await it.app.ok('POST', '/crm/v3/properties/contacts', {
    ...{
      name: 'health',
      label: 'Health',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    },
    dataSensitivity: 'sensitive',
  });
  await it.subscribe({ events: ['propertyChange'] });
  const id = await it.contact({ health: 'blood group AB', city: 'Oslo' });
  await it.receiver.until(moved(id, 'Oslo'));
  const health = it.receiver.of(id).find(({ propertyName }) => propertyName === 'health');
  expect(health).toMatchObject({ withheld: 'SENSITIVE' });
  expect(JSON.stringify(it.receiver.taken)).not.toContain('blood');
});

test('the secret is shown once; another signs beside the one before for a while', async () => {
  const made = await it.subscribe();
  const { secret, url, ...read } = await it.read(made.id);
  expect(secret).toBeUndefined();
  expect(url).toMatch(/\/hook\?token=\*\*\*$/);
  expect(read.paused).toBe(false);
  const rotated = await it.app.ok<SubscriptionJson>('POST', `${SUBSCRIPTIONS}/${made.id}/rotate`);
  expect(rotated.secret).not.toBe(made.secret);
  for (const known of [made.secret, rotated.secret]) {
    it.receiver.secrets = [known];
    const id = await it.contact({ city: 'Oslo' });
    await it.receiver.until(moved(id, 'Oslo'));
    expect(it.receiver.wrong).toEqual([]);
  }
  await it.app.ok('POST', `${SUBSCRIPTIONS}/${made.id}/rotate`, { overlapSeconds: 0 });
  const id = await it.contact({ city: 'Oslo' });
  await it.receiver.until(moved(id, 'Oslo'));
  expect(it.receiver.wrong.splice(0)).toHaveLength(1);
  it.receiver.secrets = [];
});

test('all that people do to a subscription stands in the audit log, and no address and secret in any event', async () => {
  const { id } = await it.subscribe();
  await it.change(id, { paused: true, url: `${it.receiver.url}&more=1`, told: { imports: true } });
  await it.change(id, { paused: false, from: 0 });
  await it.app.ok('POST', `${SUBSCRIPTIONS}/${id}/failures`);
  await it.app.ok('DELETE', `${SUBSCRIPTIONS}/${id}`);
  expect((await it.app.api('GET', `${SUBSCRIPTIONS}/${id}`)).status).toBe(404);
  const entries = await it.app.ok('GET', `/audit/v1/entries?targetType=webhooks&targetId=${id}`);
  expect(entries.results.map(({ action, subCategory }) => [subCategory, action])).toEqual(
    ['DELETE', 'RUN', 'ENABLE', 'RUN', 'DISABLE', 'UPDATE', 'CREATE'].map((action) => ['WEBHOOK', action]),
  );
  const events = (await it.app.events()).filter(({ stream }) => stream === `webhook-${id}`);
  expect(JSON.stringify(events.map(({ data }) => data))).not.toMatch(/hook\?|strata-webhook/);
});

test('what cannot be is refused', async () => {
  const body = { url: it.receiver.url, objectTypes: ['contacts'], events: ['creation'] };
  const refused = async (more: object) =>
    (await it.app.api('POST', SUBSCRIPTIONS, { ...body, ...more })).status;
  for (const url of ['ftp://example.com', 'https://ada:pw@example.com', 'https://example.com/#a', 'nothing'])
    expect(await refused({ url })).toBe(400);
  expect(await refused({ objectTypes: ['spaceships'] })).toBe(400);
  expect(await refused({ events: ['explosion'] })).toBe(400);
  const { token } = await it.app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'settings alone', scopes: ['settings'] },
  });
  const answer = await it.app.api('POST', SUBSCRIPTIONS, body, { authorization: `Bearer ${token}` });
  expect(answer).toMatchObject({ status: 403, body: { category: 'MISSING_SCOPES' } });
});

test('a receiver is sent a test message on demand, signed as all are, and it is told whether it was taken', async () => {
  const { id } = await it.subscribe();
  await it.app.ok('PATCH', `${SUBSCRIPTIONS}/${id}`, { paused: true });
  const test = () => it.app.ok<{ taken: boolean; reason?: string }>('POST', `${SUBSCRIPTIONS}/${id}/test`);
  expect(await test()).toMatchObject({ taken: true });
  expect(it.receiver.taken).toMatchObject([
    { subscriptionType: 'object.test', subscriptionId: Number(id), changeSource: 'TEST' },
  ]);
  expect(it.receiver.wrong).toEqual([]);
  const gone = await it.subscribe({ url: 'http://127.0.0.1:1/nobody' });
  const refused = await it.app.ok('POST', `${SUBSCRIPTIONS}/${gone.id}/test`);
  expect(refused).toMatchObject({ taken: false, reason: expect.stringContaining('reached') as string });
  expect((await it.app.api('POST', `${SUBSCRIPTIONS}/1/test`)).status).toBe(404);
});

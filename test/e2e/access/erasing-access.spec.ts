// Who may erase a record, of any type, and who may let a key do it.
import { demoted } from '../../support/servers/demoted';
import { ownLog, startApp, type App } from '../../support/servers/app';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
  await app.ok('POST', '/crm-object-schemas/v3/schemas', {
    ...{ name: 'boats', labels: { singular: 'Boat', plural: 'Boats' }, primaryDisplayProperty: 'name' },
    ...{ requiredProperties: [], searchableProperties: [], associatedObjects: [] },
    properties: [{ name: 'name', label: 'Name', type: 'string', fieldType: 'text' }],
  });
});
afterAll(() => app.close());

const keys = '/auth/v1/api-keys';
async function keyWith(...scopes: string[]): Promise<Record<string, string>> {
  const { token } = await app.ok<{ token: string }>('POST', keys, { name: scopes.join(' '), scopes });
  return { authorization: `Bearer ${token}` };
}
const create = async (objectType: string) =>
  (await app.ok('POST', `/crm/v3/objects/${objectType}`, { properties: {} })).id;
const erase = async (objectType: string, headers?: Record<string, string>) =>
  app.api(
    'POST',
    `/crm/v3/objects/${objectType}/gdpr-delete`,
    { objectId: await create(objectType) },
    headers,
  );

test('a key that may write any type erases none, and one that may erase a type erases that one', async () => {
  const writer = await keyWith('crm.objects.write', 'crm.objects.read', 'crm.objects.contacts.write');
  const contacts = await keyWith('crm.objects.contacts.erase');
  const custom = await keyWith('crm.objects.custom.erase');
  const all = await keyWith('crm.objects.erase');
  for (const [objectType, scope] of [
    ['contacts', 'crm.objects.contacts.erase'],
    ['deals', 'crm.objects.deals.erase'],
    ['boats', 'crm.objects.custom.erase'],
  ] as const) {
    expect(await erase(objectType, writer)).toMatchObject({
      status: 403,
      body: { category: 'MISSING_SCOPES', context: { requiredScopes: [scope] } },
    });
    expect((await erase(objectType, contacts)).status).toBe(objectType === 'contacts' ? 204 : 403);
    expect((await erase(objectType, custom)).status).toBe(objectType === 'boats' ? 204 : 403);
    expect((await erase(objectType, all)).status).toBe(204);
    expect((await erase(objectType)).status).toBe(204);
  }
  const id = await create('contacts');
  const patched = await app.api('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: {} }, all);
  expect(patched.status).toBe(403);
});

test('who is no super admin erases nothing, by session or key, and puts the scope into no key', async () => {
  const held = await keyWith('crm.objects.erase', 'crm.objects.write');
  await demoted(app, async () => {
    const denied = { status: 403, body: { category: 'FORBIDDEN' } };
    expect(await erase('contacts')).toMatchObject(denied);
    expect(await erase('contacts', held)).toMatchObject(denied);
    for (const scope of ['crm.objects.erase', 'crm.objects.tickets.erase', 'crm.objects.custom.erase']) {
      const refused = await app.api('POST', keys, { name: 'sly', scopes: ['crm.objects.read', scope] });
      expect([refused.status, refused.body.message]).toEqual([
        403,
        `Only a super admin may put ${scope} into a key`,
      ]);
    }
    expect((await app.api('POST', keys, { name: 'fair', scopes: ['crm.objects.write'] })).status).toBe(201);
  });
  const { results } = await app.ok('GET', keys);
  expect(results.map(({ name }) => name)).not.toContain('sly');
});
